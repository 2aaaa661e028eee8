"""The questions of a questionnaire that can be counted, read from its XForm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from defusedxml.ElementTree import fromstring

from server.questionnaires.xml import ODK, XFORMS, XHTML, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Kind = Literal["one", "many", "rank", "number", "date", "text"]
CONTROLS: dict[str, Kind] = {
    f"{XFORMS}select1": "one",
    f"{XFORMS}select": "many",
    f"{ODK}rank": "rank",
    f"{XFORMS}range": "number",
    f"{XFORMS}input": "text",
}
TYPES: dict[str, Kind] = {"int": "number", "decimal": "number", "date": "date", "dateTime": "date"}
UNCOUNTED = {"geopoint", "geotrace", "geoshape", "binary", "barcode"}


@dataclass(frozen=True)
class Question:
    """A question: `path` is `/data/group/name`; `choices` are pairs of value and label, in their order."""

    path: str
    kind: Kind
    label: str
    choices: tuple[tuple[str, str], ...] = ()


def questions_of(xform: str) -> list[Question]:
    """Return what the form asks, in its order and its default language; notes are left out."""
    root = fromstring(xform, forbid_dtd=True)
    model, body = root.find(f"{XHTML}head/{XFORMS}model"), root.find(f"{XHTML}body")
    if model is None or body is None:
        return []
    reader = _Reader(model)
    return [found for control in body.iter() for found in reader.question(control)]


class _Reader:
    """What the model says of controls: types, texts and lists of choices."""

    def __init__(self, model: Element) -> None:
        self.binds = {bind.get("nodeset", ""): bind for bind in model.iter(f"{XFORMS}bind")}
        self.texts = dict(_texts(model))
        self.instances = {one.get("id", ""): one for one in model.iterfind(f"{XFORMS}instance")}

    def question(self, control: Element) -> Iterator[Question]:
        """Yield the question that the control asks, if it asks one."""
        kind, path = CONTROLS.get(control.tag), control.get("ref", "")
        if kind is None or not path or control.get("appearance") == "label":
            return
        bind = self.binds.get(path)
        xsd = (bind.get("type") or "").rpartition(":")[2] if bind is not None else ""
        if xsd in UNCOUNTED or (kind == "text" and bind is not None and bind.get("readonly") == "true()"):
            return
        if kind == "text":
            kind = TYPES.get(xsd, "text")
        yield Question(
            path, kind, self.label(control) or path.rpartition("/")[2], tuple(self.choices(control))
        )

    def label(self, element: Element) -> str:
        """Return the text of the element's label."""
        label = element.find(f"{XFORMS}label")
        if label is None:
            return ""
        return self.texts.get(_text_id(label.get("ref", "")), "") or _plain(label)

    def choices(self, control: Element) -> Iterator[tuple[str, str]]:
        """Yield every choice that the control may offer, whatever its filter."""
        for item in control.iterfind(f"{XFORMS}item"):
            yield item.findtext(f"{XFORMS}value", ""), self.label(item)
        itemset = control.find(f"{XFORMS}itemset")
        if itemset is None:
            return
        name = itemset.get("nodeset", "").partition("instance('")[2].partition("'")[0]
        value, label = _ref(itemset, "value", "name"), _ref(itemset, "label", "label")
        items = self.instances[name].iter() if name in self.instances else ()
        for item in items:
            fields = {local(child): child.text or "" for child in item}
            if value in fields:
                yield fields[value], self.texts.get(fields.get("itextId", ""), "") or fields.get(label, "")


def _texts(model: Element) -> Iterator[tuple[str, str]]:
    """Yield the texts of the default language by their ids."""
    translations = model.findall(f"{XFORMS}itext/{XFORMS}translation")
    default = [one for one in translations if one.get("default")] or translations
    for text in default[0] if default else ():
        plain = [value for value in text if value.get("form") is None]
        if plain:
            yield text.get("id", ""), _plain(plain[0])


def _plain(element: Element) -> str:
    """Return its text; what is put in from an answer is an ellipsis."""
    parts = [element.text or ""]
    for child in element:
        parts += ["…", child.tail or ""]
    return "".join(parts).strip()


def _text_id(ref: str) -> str:
    return ref.partition("jr:itext('")[2].rpartition("')")[0]


def _ref(itemset: Element, tag: str, otherwise: str) -> str:
    element = itemset.find(f"{XFORMS}{tag}")
    return otherwise if element is None else element.get("ref", otherwise)
