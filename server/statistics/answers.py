"""What a submission says: the texts of its leaves by their paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from server.core.errors import BadInput
from server.questionnaires.xml import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 1 << 20
DEEPEST = 50
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One filled questionnaire.

    `values` has the texts of each path, several where it is repeated. `groups` says where it belongs:
    `unit`, `week` and `via`, as far as they are known.
    """

    values: Values
    groups: Mapping[str, str] = field(default_factory=dict)


def values_of(submission: str) -> dict[str, list[str]]:
    """Return what the submission's XML says: `/data/group/name` → its texts; nothing for the empty ones.

    A submission declares nothing, so one with `<!` is refused before any parser sees it; that is the
    only thing that defusedxml, four times slower, would look for.
    """
    if len(submission) > MOST_BYTES:
        raise BadInput("答卷太大", code="too_much", field="answers")
    try:
        root = None if "<!" in submission else fromstring(submission)  # noqa: S314 - no DTD, so no entities
    except ParseError:
        root = None
    if root is None:
        raise BadInput("答卷不是有效的 XML", code="invalid_submission", field="answers")
    found: dict[str, list[str]] = {}
    _read(root, f"/{local(root)}", found, DEEPEST)
    return found


def _read(group: Element, path: str, found: dict[str, list[str]], deeper: int) -> None:
    if not deeper:
        raise BadInput("答卷的层次太多", code="too_deep", field="answers")
    for child in group:
        place = f"{path}/{local(child)}"
        if len(child):
            _read(child, place, found, deeper - 1)
        elif child.text and (text := child.text.strip()):
            if place in found:
                found[place].append(text)
            else:
                found[place] = [text]
