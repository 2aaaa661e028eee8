"""The proof that everything stored is explained by the ops, and nothing of them is lost (rule P12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from server.sync.models import Op, Record
from server.sync.verify import chains, projections, records, scopes
from server.sync.verify.report import Report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PASSES = (
    ("操作链", chains.check),
    ("记录", records.check),
    ("范围", scopes.check),
    ("统计表", projections.check),
)
Progress = Callable[[str, int, int], None]  # what is looked at, rows done, rows in all


def verify(session: Session, progress: Progress) -> Report:
    """Return what is wrong with the database as the session's snapshot shows it.

    Every table is streamed, in the order of its keys, so the memory does not grow with it.
    """
    report = Report()
    report.ops = session.scalar(select(func.count()).select_from(Op)) or 0
    report.records = session.scalar(select(func.count()).select_from(Record)) or 0
    total = len(PASSES) * (report.ops + report.records)
    for number, (name, check) in enumerate(PASSES):
        report.rows = 0
        start = number * (report.ops + report.records)
        report.tick = lambda done, name=name, start=start: progress(name, start + done, total)  # type: ignore[misc] # bound at once
        check(session, report)
        progress(name, start + report.ops + report.records, total)
    return report
