"""The demonstration in a database: every record by the one write path, once, and usable at once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import func, select

from server.accounts.models import Account, ContactPointAssignment, Unit
from server.core.database import db, reading
from server.core.errors import BadInput, Clash
from server.demo import build
from server.sync.models import Op, Record, Scope
from server.sync.registry import TYPES
from server.sync.verify import verify
from tests.server.conftest import Client

if TYPE_CHECKING:
    from flask import Flask

TODAY = date(2026, 11, 24)
PASSWORD = "min-qing-2026"  # noqa: S105 - of a database that lives for one test


def counted(app: Flask) -> dict[str, int]:
    with app.app_context():
        rows = db.session.execute(select(Record.type, func.count()).group_by(Record.type))
        return {kind: number for kind, number in rows}  # noqa: C416 - a row is no pair to mypy


def test_what_is_counted_is_what_is_stored(app: Flask) -> None:
    told: list[tuple[int, int]] = []
    made = build(
        app, grids=2, password=PASSWORD, progress=lambda done, total, _what: told.append((done, total))
    )
    assert made.created
    assert made.password == PASSWORD
    assert [line.login for line in made.accounts] == [
        "cadre01", "cadre02", "cadre03", "cadre04", "supervisor01", "supervisor02", "supervisor03", "admin",
    ]  # fmt: skip
    stored = counted(app)
    assert stored == {
        "household": made.counts["households"],
        "diary_entry": made.counts["diary_entries"],
        "problem": made.counts["problems"],
        "review": made.counts["reviews"],
    }
    assert told[-1][0] == told[-1][1] == made.counts["households"] + made.counts["changes"]
    with app.app_context():
        statuses = set(db.session.scalars(select(Op.status)))
        assert statuses == {"applied"}
        assert db.session.scalar(select(func.count()).select_from(Op)) == told[-1][1]
        assert db.session.scalar(select(func.sum(Scope.seq))) == told[-1][1]


def test_every_record_passes_its_schema_and_its_rules(app: Flask) -> None:
    build(app, grids=1, password=PASSWORD, today=TODAY)
    with app.app_context():
        for record in db.session.scalars(select(Record)):
            fields = orjson.loads(record.fields)
            record_type = TYPES[record.type]
            assert record_type.schema.validate(fields) == {}
            record_type.rule(fields)
            assert set(fields) <= set(record_type.schema.fields)


def test_the_tree_reaches_down_to_the_buildings(app: Flask) -> None:
    build(app, grids=2, password=PASSWORD, months=1)
    with app.app_context():
        kinds = Counter(db.session.scalars(select(Unit.kind)))
        assert (kinds["district"], kinds["subdistrict"], kinds["community"], kinds["grid"]) == (1, 1, 1, 2)
        assert kinds["building"] > kinds["estate"] >= 3
        active = select(ContactPointAssignment).where(ContactPointAssignment.ended_at.is_(None))
        for point in db.session.scalars(active):
            estates = [db.session.get_one(Unit, key) for key in point.estate_ids]
            assert {estate.parent_id for estate in estates} == {point.grid_id}


@pytest.mark.parametrize("login", ["cadre01", "supervisor01", "admin"])
def test_the_accounts_sign_in_with_the_one_password(app: Flask, login: str) -> None:
    build(app, grids=1, password=PASSWORD, months=1)
    assert Client(app).sign_in(login, PASSWORD).status_code == 200
    assert Client(app).sign_in(login, "another-one").status_code == 401


def test_a_random_password_is_returned(app: Flask) -> None:
    made = build(app, grids=1, months=1)
    assert made.password
    assert Client(app).sign_in("cadre02", made.password).status_code == 200


def test_built_again_it_changes_nothing_and_says_so(app: Flask) -> None:
    build(app, grids=1, password=PASSWORD, months=1)
    before = counted(app)
    again = build(app, grids=2, password="another-password", months=1)  # noqa: S106 - it isn't taken
    assert (again.created, again.password, len(again.accounts)) == (False, None, 6)
    assert [line.grid for line in again.accounts if line.login == "cadre01"] == ["第一网格"]
    assert counted(app) == before


def test_a_failure_half_way_leaves_nothing(app: Flask) -> None:
    def fail(done: int, _total: int, _what: str) -> None:
        if done > 230:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        build(app, grids=1, password=PASSWORD, months=1, progress=fail)
    with app.app_context():
        assert [
            db.session.scalar(select(func.count()).select_from(table))
            for table in (Unit, Account, Record, Op)
        ] == [0] * 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grids": 0}, "网格数应在 1 到 400 之间"),
        ({"grids": 401}, "网格数应在 1 到 400 之间"),
        ({"months": 0}, "月数应在 1 到 36 之间"),
        ({"password": "short"}, "密码至少 8 位"),
    ],
)
def test_what_it_cant_build_it_refuses(app: Flask, options: dict[str, int], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        build(app, **options)  # type: ignore[arg-type] # one of them is a text


@pytest.mark.usefixtures("org")
def test_a_database_with_others_accounts_of_the_names_is_left_alone(app: Flask) -> None:
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.login == "cadre1")).one()
        account.login = "cadre01"
        db.session.commit()
    with pytest.raises(Clash, match="账号“cadre01”已存在"):
        build(app, grids=1, password=PASSWORD)
    assert counted(app) == {}


def test_p12_all_of_it_is_explained_by_ops(app: Flask) -> None:
    build(app, grids=2, password=PASSWORD, today=TODAY)
    with app.app_context(), reading() as session:
        report = verify(session, lambda _what, _done, _total: None)
    assert (report.findings, report.ops > report.records > 0) == ([], True)
