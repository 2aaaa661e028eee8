"""The typed tables, which SQL asks: each row says what its record says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from server.sync.models import Record
from server.sync.projection import PROJECTED, columns_of, row_of, typed_table
from server.sync.verify.report import Report, parsed, side_by_side

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def check(session: Session, report: Report) -> None:
    """Look at every row of every typed table, and whether one is missing."""
    for name in PROJECTED:
        table = typed_table(name)
        records = report.stream(
            session,
            select(Record.id, Record.scope_id, Record.author_id, Record.fields)
            .where(Record.type == name, Record.gone.is_(False))
            .order_by(Record.id),
        )
        rows = report.stream(session, select(table).order_by(table.c.id))
        pairs = side_by_side(((one.id, one) for one in records), ((row.id, row) for row in rows))
        for key, record, row in pairs:
            if record is None or row is None:
                report.say(f"统计表 {name}：{key} {'多出' if record is None else '缺少'}一行")
                continue
            made = row_of(name, key, record.scope_id, record.author_id, parsed(record.fields))
            for column, value, wanted in zip(columns_of(name), row, made, strict=True):
                if value != wanted:
                    report.say(f"统计表 {name}：{key} 的 {column} 与记录不符")
