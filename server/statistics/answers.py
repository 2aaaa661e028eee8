"""What a submission says: the texts of its leaves by their paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from server.core.errors import BadInput

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
    """Return what the submission's XML says: `/data/group/name` → its texts; nothing for the empty ones."""
    if len(submission) > MOST_BYTES:
        raise BadInput("答卷太大", code="too_much", field="answers")
    try:
        root = fromstring(submission, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise BadInput("答卷不是有效的 XML", code="invalid_submission", field="answers") from error
    found: dict[str, list[str]] = {}
    _read(root, "", found, DEEPEST)
    return found


def _read(element: Element, above: str, found: dict[str, list[str]], deeper: int) -> None:
    if not deeper:
        raise BadInput("答卷的层次太多", code="too_deep", field="answers")
    path = f"{above}/{element.tag.rpartition('}')[2]}"
    for child in element:
        _read(child, path, found, deeper - 1)
    text = (element.text or "").strip()
    if text and not len(element):
        found.setdefault(path, []).append(text)
