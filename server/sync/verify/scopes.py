"""The seqs of every scope: each given out once, and none beyond the counter (rules O1, O2)."""

from __future__ import annotations

from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select

from server.sync.models import Departure, Op, Record, Scope
from server.sync.own_ids import server_id
from server.sync.verify.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

# scope, seq, what took it, and its ids
Taken = tuple[str, int, str, str, str]


def check(session: Session, report: Report) -> None:
    """Look at every seq that something has taken."""
    counters = {row.id: row.seq for row in session.execute(select(Scope.id, Scope.seq))}
    for (scope, seq), takers in groupby(taken(session, report), lambda one: one[:2]):
        if not is_one(list(takers)):
            report.say(f"范围 {scope}：次序号 {seq} 用了不止一次")
        if not 1 <= seq <= counters.get(scope, 0):
            report.say(f"范围 {scope}：次序号 {seq} 超出计数 {counters.get(scope, 0)}")


def taken(session: Session, report: Report) -> Iterator[Taken]:
    """Yield what took a seq, by scope and seq, from three tables side by side."""
    sources = (
        select(Op.scope_id, Op.seq, literal("op"), Op.op_id, Op.rid),
        select(Record.scope_id, Record.seq, literal("record"), Record.id, Record.id),
        select(Departure.scope_id, Departure.seq, literal("left"), Departure.record_id, Departure.record_id),
    )
    streams = [
        map(tuple, report.stream(session, one.order_by(one.selected_columns[0], one.selected_columns[1])))
        for one in sources
    ]
    return merge(*streams, key=lambda one: one[:2])


def is_one(takers: list[Taken]) -> bool:
    """Return whether the takers are one op, one record, both of them as one, or one departure."""
    by_kind: dict[str, Any] = {}
    for _, _, kind, key, rid in takers:
        if kind in by_kind:
            return False
        by_kind[kind] = (key, rid)
    if "left" in by_kind:
        return len(takers) == 1
    if len(takers) == 1:
        return True
    op_id, rid = by_kind["op"]
    return by_kind["record"][0] in {rid, server_id(op_id, "person")}
