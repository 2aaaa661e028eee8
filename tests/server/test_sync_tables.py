"""The typed tables, which SQL asks, follow their records on both databases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from server.contacts.models import Household
from server.core.database import db
from server.diary.models import DiaryEntry, Review
from server.problems.models import Problem
from tests.server.databases import config
from tests.server.phone import Phone, diary, household, problem, review

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def test_the_typed_tables_follow_their_records(
    app: Flask, phone: Phone, sign_in: SignIn, org: Organisation
) -> None:
    house = phone.create("household", household(members_count=3))
    visit = phone.create("diary_entry", diary(target_type="household", household_id=house))
    trouble = phone.create("problem", problem(diary_id=visit, disposition="timed", due_on="2026-12-01"))
    phone.sync()
    phone.set("household", house, {"members_count": 4})
    phone.set("diary_entry", visit, {"visit_date": "2026-11-19"})
    phone.sync()
    reviewer = Phone(sign_in("reviewer"), org.grid("grid1"))
    read = reviewer.create("review", review(visit))
    reviewer.sync()
    with app.app_context():
        session = db.session()
        home, entry = session.get(Household, house), session.get(DiaryEntry, visit)
        matter, seen = session.get(Problem, trouble), session.get(Review, read)
        assert home is not None and entry is not None and matter is not None and seen is not None  # noqa: PT018
        assert (home.grid_id, home.house_code, home.members_count) == (org.units["grid1"], "0101", 4)
        assert (entry.visit_date, entry.household_id) == (date(2026, 11, 19), house)
        assert entry.author_id == org.accounts["cadre1"]
        assert (matter.state, matter.due_on, matter.diary_id) == ("open", date(2026, 12, 1), visit)
        assert (seen.diary_id, seen.verdict) == (visit, "read")
    phone.delete("diary_entry", visit)
    phone.push()
    with app.app_context():
        assert db.session.scalars(select(DiaryEntry.id)).all() == []
