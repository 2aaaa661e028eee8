"""What a sealed answer holds, checked, and freed of what could tell who gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, tostring

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from server.core.errors import BadInput
from server.questionnaires.rules import VIAS
from server.questionnaires.xml import JR, XFORMS, local
from sync.anonymous import week_of

if TYPE_CHECKING:
    from server.questionnaires.models import SurveyRound

Answer = dict[str, str]
MEMBERS = {"unit", "week", "via", "answers"}


class NotAnAnswer(BadInput):
    """What was sealed isn't an answer of this round."""

    code = "not_an_answer"


def read(content: bytes, found: SurveyRound, xform: str) -> Answer:
    """Return the answer; NotAnAnswer where it isn't one of the round, its places, weeks and form."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAnAnswer("答卷内容不正确") from error
    if (
        not isinstance(answer, dict)
        or answer.keys() != MEMBERS
        or not all(isinstance(value, str) for value in answer.values())
    ):
        raise NotAnAnswer("答卷内容不正确")
    is_here = answer["unit"] in {found.unit_id, *(found.units or [])}
    is_then = week_of(found.opens) <= answer["week"] <= week_of(found.closes)
    if not is_here or not is_then or answer["via"] not in VIAS:
        raise NotAnAnswer("答卷的地点、时间或途径不属于这轮问卷")
    scrubbed(answer["answers"], xform)
    return answer


def coarse(answer: Answer, found: SurveyRound, xform: str) -> Answer:
    """Return what may be stored of the answer: no smaller place than the round says, and scrubbed."""
    unit = answer["unit"] if found.anonymous_unit == "grid" else found.unit_id
    return answer | {"unit": unit, "answers": scrubbed(answer["answers"], xform)}


def scrubbed(submission: str, xform: str) -> str:
    """Return the submission without its `meta`, and without what the form fills in by itself.

    Those are the preloads: device, account, times, days. NotAnAnswer for another form's submission.
    """
    try:
        root, form = fromstring(submission, forbid_dtd=True), fromstring(xform, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise NotAnAnswer("答卷不是有效的 XML") from error
    primary = next(iter(form.iter(f"{XFORMS}instance")), None)
    if primary is None or not len(primary) or local(primary[0]) != local(root):
        raise NotAnAnswer("答卷不属于这份问卷")
    for name in root.attrib.keys() - {"id", "version"}:
        del root.attrib[name]
    for child in [one for one in root if local(one) == "meta"]:
        root.remove(child)
    for path in preloads(form):
        for element in at_path(root, path):
            element.text = None
    return tostring(root, "unicode")


def preloads(form: Element) -> list[list[str]]:
    """Return the paths, beneath the root, of what the form fills in by itself."""
    binds = (bind for bind in form.iter(f"{XFORMS}bind") if bind.get(f"{JR}preload"))
    return [(bind.get("nodeset") or "").split("/")[2:] for bind in binds]


def at_path(root: Element, names: list[str]) -> list[Element]:
    """Return the elements at the path beneath the root, whatever their namespaces."""
    found = [root]
    for name in names:
        found = [child for one in found for child in one if local(child) == name.rpartition(":")[2]]
    return found
