"""Records that left long ago are forgotten, and whoever missed them reads anew (rule L9)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from server.core.database import now, reading, writing
from server.sync.compacting import compact
from server.sync.models import Departure, Op, Scope
from server.sync.moves import moves_of
from server.sync.system import write_records
from server.sync.verify import verify
from tests.server.databases import config
from tests.server.phone import Phone, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def move(app: Flask, org: Organisation, rid: str, grid: str, days_ago: int) -> None:
    """Move the household into the grid, so many days ago."""
    with app.app_context(), writing() as session:
        write_records(session, org.accounts["org_admin"], moves_of(session, [rid], org.grid(grid)))
        then = now() - timedelta(days=days_ago)
        session.execute(update(Op).where(Op.rid == rid, Op.rev == 2).values(received_at=then))


def test_l9_departures_long_ago_are_forgotten_and_the_floor_rises(
    app: Flask, phone: Phone, sign_in: SignIn, org: Organisation
) -> None:
    old, young, staying = (phone.create("household", household()) for _ in range(3))
    phone.sync()
    slow = Phone(sign_in("cadre1"), phone.scope)
    slow.sync()
    before = dict(slow.cursors)
    move(app, org, old, "grid2", 401)
    phone.sync()
    between = dict(phone.cursors)
    move(app, org, young, "grid2", 399)
    with app.app_context(), writing() as session:
        assert compact(session, 400) == (1, 1)
        assert compact(session, 400) == (0, 0)
        assert session.scalars(select(Departure.record_id)).all() == [young]
        assert session.get_one(Scope, phone.scope).floor == between[phone.scope]
    with app.app_context(), reading() as session:
        assert verify(session, lambda *_: None).findings == []
    answer = phone.post([]).get_json()
    assert answer["reset"] == [], "who has read of it needs no more of it"
    (page,) = [page for page in answer["scopes"] if page["id"] == phone.scope]
    assert [(one["id"], one["out"]) for one in page["entries"]] == [(young, True)]
    answer = slow.post([], scopes=before).get_json()
    assert answer["reset"] == [phone.scope]
    (page,) = [page for page in answer["scopes"] if page["id"] == phone.scope]
    assert page["from"] == 0
    assert [one["id"] for one in page["entries"] if "f" in one] == [staying]


def test_l9_the_floor_never_falls(app: Flask, phone: Phone, org: Organisation) -> None:
    rid = phone.create("household", household())
    phone.sync()
    move(app, org, rid, "grid2", 500)
    with app.app_context(), writing() as session:
        session.execute(update(Scope).where(Scope.id == phone.scope).values(floor=77))
        compact(session, 400)
        assert session.get_one(Scope, phone.scope).floor == 77


def test_p12_what_was_forgotten_is_explained_by_the_floor(
    app: Flask, phone: Phone, org: Organisation
) -> None:
    old, young = (phone.create("household", household()) for _ in range(2))
    phone.sync()
    move(app, org, old, "grid2", 401)
    move(app, org, young, "grid2", 399)
    with app.app_context(), writing() as session:
        compact(session, 400)
    assert found(app) == []
    with app.app_context(), writing() as session:
        session.execute(delete(Departure).where(Departure.record_id == young))
        session.execute(update(Scope).values(floor=0))
    assert any(young in one and "没有记载它在版本 2 离开" in one for one in found(app))


def found(app: Flask) -> list[str]:
    """Return what the verification finds."""
    with app.app_context(), reading() as session:
        return verify(session, lambda _what, _done, _total: None).findings
