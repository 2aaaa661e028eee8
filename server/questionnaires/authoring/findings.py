"""A finding: what is wrong in a form's sheet, where, and how to mend it; in Chinese, for its author."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MOST_SHOWN = 500


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (`error`: the form is refused) or doubtful (`warning`).

    `row` is Excel's number of the row, 0 where the whole sheet or file is meant; `column` is the
    heading, `cell` Excel's name of the place.
    """

    sheet: str
    row: int
    column: str
    code: str
    message: str
    mend: str
    cell: str = ""
    severity: str = "error"

    @property
    def is_error(self) -> bool:
        """Whether it refuses the form."""
        return self.severity == "error"

    def as_json(self) -> dict[str, Any]:
        """Return it for the answer."""
        return asdict(self)


def of_file(code: str, message: str, mend: str) -> Finding:
    """Return a finding about the whole file."""
    return Finding("", 0, "", code, message, mend)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Return the findings once each, by sheet, row and column; at most MOST_SHOWN."""
    sheets = {"": 0, "settings": 1, "survey": 2, "choices": 3}
    unique = list(dict.fromkeys(findings))
    unique.sort(key=lambda one: (not one.is_error, sheets.get(one.sheet, 4), one.row, one.cell))
    return unique[:MOST_SHOWN]
