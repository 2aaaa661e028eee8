"""What a verification found, and how its tables are read: in streams, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from json import loads as tolerant
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MOST_KEPT = 1_000  # findings with their text; the rest is counted
ROWS = 500  # read at once
TICK = 2_000  # rows between two calls of `tick`

Rows = Iterator[Any]


@dataclass
class Report:
    """The findings, in Chinese, and how much was looked at."""

    findings: list[str] = field(default_factory=list)
    count: int = 0
    ops: int = 0
    records: int = 0
    devices: int = 0
    rows: int = 0
    tick: Callable[[int], None] = lambda _: None

    def say(self, finding: str) -> None:
        """Note something that is wrong."""
        self.count += 1
        if self.count <= MOST_KEPT:
            self.findings.append(finding)

    def stream(self, session: Session, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Yield the rows of the statement, a few at a time, and count them."""
        options = {"yield_per": ROWS}
        for row in session.connection().execute(statement, execution_options=options):
            self.rows += 1
            if self.rows % TICK == 0:
                self.tick(self.rows)
            yield row


def grouped(rows: Rows, name: str) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each value of the column by which the rows are sorted, with its rows."""
    for key, found in groupby(rows, lambda row: getattr(row, name)):
        yield key, list(found)


def side_by_side(
    left: Iterable[tuple[str, Any]], right: Iterable[tuple[str, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield every key of two streams sorted by key, with what each has of it or None."""
    one, other = iter(left), iter(right)
    here, there = next(one, None), next(other, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here[0] < there[0]):
            assert here is not None  # noqa: S101 - one of both is there
            yield here[0], here[1], None
            here = next(one, None)
        elif here is None or there[0] < here[0]:
            yield there[0], None, there[1]
            there = next(other, None)
        else:
            yield here[0], here[1], there[1]
            here, there = next(one, None), next(other, None)


def parsed(text: bytes) -> dict[str, Any]:
    """Return the JSON object of an op's body, which may hold what strict JSON can't; {} if it is none."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            found = tolerant(text)
        except ValueError:
            return {}
    return found if isinstance(found, dict) else {}
