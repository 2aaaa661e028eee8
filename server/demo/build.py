"""Writes the demonstration into the database: units, accounts, assignments, then every record as ops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from server.accounts.models import Account, ContactPointAssignment, Unit
from server.accounts.passwords import hashed
from server.accounts.rules import check_password, one_time_password
from server.core.database import writing
from server.core.days import today as present_day
from server.core.errors import BadInput, Clash
from server.demo.places import COMMUNITY
from server.demo.story import SEED, Story, tell
from server.demo.writing import ADMIN, Progress, Written

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask
    from sqlalchemy.orm import Session

    from server.demo.staff import Person

MOST_GRIDS, MOST_MONTHS = 400, 36


@dataclass(frozen=True)
class AccountLine:
    """An account for the screen: login, name, roles, and the grid of a cadre."""

    login: str
    name: str
    roles: list[str]
    grid: str


@dataclass(frozen=True)
class DemoSummary:
    """What was built. `created` is False, and `password` None, where the community was there already."""

    accounts: list[AccountLine]
    password: str | None
    counts: dict[str, int] = field(default_factory=dict)
    created: bool = True


def build(  # noqa: PLR0913 - every one a choice on the command line
    app: Flask,
    grids: int = 21,
    seed: int = SEED,
    password: str | None = None,
    progress: Progress | None = None,
    *,
    months: int = 12,
    today: date | None = None,
) -> DemoSummary:
    """Return the summary of the demonstration, built in one transaction; done twice, it does nothing.

    `password` is that of every account, by default a random one. `progress` is called with the
    records written, their total and what they are, in Chinese. Refuses with
    BadInput sizes out of range and a password that is too short, with Clash accounts that are
    there without the community.
    """
    _check(grids, months)
    with app.app_context():
        chosen = password or one_time_password()
        check_password(chosen, ADMIN, field="MINQING_DEMO_PASSWORD")
        with writing() as session:
            if (there := _community(session)) is not None:
                return DemoSummary(_lines(session, there), None, created=False)
            story = tell(grids=grids, today=today or present_day(), months=months, seed=seed)
            _refuse_taken(session, story.people)
            written = Written(session, story, hashed(chosen))
            written.organisation()
            written.records(progress or (lambda _done, _total, _what: None))
        return DemoSummary(_account_lines(story), chosen, story.counts())


def _check(grids: int, months: int) -> None:
    if not 1 <= grids <= MOST_GRIDS:
        message = f"网格数应在 1 到 {MOST_GRIDS} 之间"
        raise BadInput(message, field="grids")
    if not 1 <= months <= MOST_MONTHS:
        message = f"月数应在 1 到 {MOST_MONTHS} 之间"
        raise BadInput(message, field="months")


def _community(session: Session) -> Unit | None:
    return session.scalar(select(Unit).where(Unit.kind == "community", Unit.name == COMMUNITY))


def _lines(session: Session, community: Unit) -> list[AccountLine]:
    grids = {
        unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.parent_id == community.id))
    }
    active = select(ContactPointAssignment).where(ContactPointAssignment.ended_at.is_(None))
    points = {point.cadre_id: grids.get(point.grid_id, "") for point in session.scalars(active)}
    found = session.scalars(select(Account).where(Account.unit_id == community.id).order_by(Account.login))
    return [AccountLine(one.login, one.name, list(one.roles), points.get(one.id, "")) for one in found]


def _account_lines(story: Story) -> list[AccountLine]:
    return [
        AccountLine(
            one.login,
            one.name,
            one.roles,
            story.grids[one.contact_point.grid].name if one.contact_point else "",
        )
        for one in story.people
    ]


def _refuse_taken(session: Session, people: list[Person]) -> None:
    taken = session.scalar(
        select(Account.login).where(Account.login.in_([one.login for one in people])).limit(1)
    )
    if taken is not None:
        message = f"账号“{taken}”已存在，但没有演示社区“{COMMUNITY}”。请把演示数据放进新的数据库"
        raise Clash(message, code="login_taken", field="login")
