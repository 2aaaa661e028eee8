"""Household lists for the tests of the import, as an office would save them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from server.accounts.access import access_of
from server.accounts.models import Account
from server.core.database import db
from server.imports.households import import_households

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from server.imports.report import ImportReport

HEADINGS = ["网格", "小区", "户号", "楼栋", "单元", "门牌", "户主", "电话", "人数"]
ROW: list[Any] = ["grid1", "estate1", "0001", "3号楼", "2单元", "501", "单小红", "15400000001", 3]


def row(**changes: Any) -> list[Any]:  # noqa: ANN401 - any cell
    """Return the good row with some of its cells, named by heading, replaced."""
    return [changes.get(heading, value) for heading, value in zip(HEADINGS, ROW, strict=True)]


def book(rows: Sequence[Sequence[Any]], headings: Sequence[Any] | None = HEADINGS, title: int = 0) -> BytesIO:
    """Return a file with the headings after `title` rows of something else, and the rows."""
    stream = BytesIO()
    made = xlsxwriter.Workbook(stream)
    sheet = made.add_worksheet("住户")
    for number in range(title):
        sheet.write(number, 0, "槐香社区住户信息登记表")
    if headings is not None:
        sheet.write_row(title, 0, headings)
    for number, cells in enumerate(rows, title + 1):
        sheet.write_row(number, 0, cells)
    made.close()
    stream.seek(0)
    return stream


def run(app: Flask, stream: BytesIO, account: str = "org_admin", **options: Any) -> ImportReport:  # noqa: ANN401
    """Return the report of the import as the account."""
    with app.app_context():
        access = access_of(db.session.query(Account).filter_by(login=account).one())
        return import_households(access, stream, **options)


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    """Return the faults as tuples."""
    return [(error.row, error.column, error.message) for error in report.errors]
