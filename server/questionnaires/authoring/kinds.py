"""The types of questions: what the text of a cell `type` means."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_SELECT

YES = frozenset({"yes", "true", "true()", "1"})
COMMON = (
    *("text", "integer", "decimal", "date", "time", "dateTime", "note", "calculate", "hidden", "range"),
    *("select_one", "select_multiple", "rank", "geopoint", "image", "audio", "video", "file", "barcode"),
    *("acknowledge", "start", "end", "today", "begin group", "end group", "begin repeat", "end repeat"),
)
# Types of questions that a person sees, and that need a text to be understood.
_HIDDEN = frozenset(
    {"calculate", "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email"}
    | {"audit", "simserial", "subscriberid", "imei", "start-geopoint", "background-audio"}
    | {"background-geopoint", "xml-external", "csv-external", "start time", "end time", "uri:deviceid"}
)
_METADATA_WORDS = ("get ", "uri:", "device id", "phone number", "sim id", "subscriber id")


@dataclass(frozen=True)
class Kind:
    """What a row is: `begin` or `end` of a `control`, a `question`, a `setting`, or `unknown`."""

    role: str
    control: str = ""
    list_name: str = ""
    is_multiple: bool = False
    command: str = ""
    has_other: bool = False

    @property
    def is_select(self) -> bool:
        """Whether it offers choices of a list."""
        return bool(self.list_name)


def kind_of(text: str) -> Kind:
    """Return what the text of a cell `type` means; it has single spaces, as `Row.text` gives it."""
    if begin := RE_BEGIN_CONTROL.search(text):
        return Kind("begin", aliases.control[begin["type"]])
    if end := RE_END_CONTROL.search(text):
        return Kind("end", aliases.control[end["type"]])
    if select := RE_SELECT.search(text):
        command = select["select_command"]
        multiple = aliases.select[command] == "select all that apply"
        other = select["specify_other"] is not None
        return Kind("question", "", select["list_name"], multiple, command, other)
    if text in aliases.settings_header:
        return Kind("setting")
    if text in QUESTION_TYPE_DICT or text in {"audit", "osm"} or text.startswith("osm "):
        # pyxform has these words, but no question can be made of a choice without a list.
        return Kind("unknown" if text.startswith(("select", "rank")) else "question")
    return Kind("unknown")


def near(text: str) -> str:
    """Return the common type that the text may have meant; nothing where none is near."""
    words = text.strip().lower().replace("-", " ").replace("_", " ")
    for known in COMMON:
        if words == known.lower().replace("_", " "):
            return known
    first, _, rest = text.strip().partition(" ")
    if rest and (
        found := difflib.get_close_matches(first.lower(), ("select_one", "select_multiple", "rank"), 1)
    ):
        return f"{found[0]} {rest}"
    return next(iter(difflib.get_close_matches(words, COMMON, 1, 0.7)), "")


def is_seen(text: str, kind: Kind) -> bool:
    """Return whether a person sees the question, so that it needs a text."""
    if kind.role != "question":
        return False
    return text not in _HIDDEN and not text.startswith(_METADATA_WORDS)
