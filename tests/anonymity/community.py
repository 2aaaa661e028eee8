"""A community as it lives for three days: cadres visit, sync, and their phones send anonymous answers.

On the first day everybody visits, and syncs in the evening; the diary says whom. On each later day a
phone that is opened syncs first, and then sends what was sealed the day before, one by one in a
random order, each after a random delay, while the phones of others do the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from server.accounts.models import ContactPointAssignment, Unit
from server.core.access import Role
from server.core.database import now, writing
from server.core.days import today
from server.core.ids import new_id
from tests.server.corpus import signed_in
from tests.server.organisation import Organisation, account
from tests.server.phone import Phone, diary
from tests.server.surveys import Round, submission

if TYPE_CHECKING:
    from flask import Flask

GRIDS, CADRES = 10, 40
DAYS = 3
OPENING = 2 * 3600  # seconds within which the phones are opened in the morning
BETWEEN = (5, 90)  # seconds that a phone waits before it sends the next answer
WORDS = ("路灯", "停车", "电梯", "绿化", "噪音", "供水", "菜场", "健身")


@dataclass
class Truth:
    """What nobody but the test knows: whose each answer is, by its wish."""

    cadres: dict[str, str] = field(default_factory=dict)  # wish → account
    households: dict[str, str] = field(default_factory=dict)  # wish → household


@dataclass
class Cadre:
    """A cadre with his phone and what he has visited."""

    id: str
    grid: str
    phone: Phone
    sealed: list[bytes] = field(default_factory=list)


def settle(app: Flask, org: Organisation) -> list[tuple[str, str]]:
    """Return 40 cadres with their grids, added to the community."""
    found = []
    with app.app_context(), writing() as session:
        grids = [new_id() for _ in range(GRIDS)]
        for number, grid in enumerate(grids):
            session.add(Unit(id=grid, parent_id=org.units["community"], kind="grid", name=f"网格 {number}"))
        session.flush()
        for number in range(CADRES):
            key, grid = new_id(), grids[number % GRIDS]
            session.add(account(key, f"gan.bu.{number}", (Role.CADRE,), org.units["community"]))
            session.flush()
            session.add(
                ContactPointAssignment(
                    id=new_id(),
                    cadre_id=key,
                    grid_id=grid,
                    estate_ids=[],
                    from_day=today() - timedelta(30),
                    assigned_by=org.accounts["district_admin"],
                    created_at=now(),
                )
            )
            found.append((key, grid))
    return found


def live(app: Flask, made: Round, people: list[tuple[str, str]], answers: int, dice: random.Random) -> Truth:
    """Return the truth of the days; every cadre asks as many residents as any other."""
    truth = Truth()
    cadres = [Cadre(key, grid, Phone(signed_in(app, key), f"grid:{grid}")) for key, grid in people]
    daily = answers // len(cadres) // DAYS
    for _ in range(DAYS):
        for cadre in dice.sample(cadres, len(cadres)):
            waiting, cadre.sealed = cadre.sealed, []
            for _ in range(daily):
                visit(cadre, made, truth, dice)
            cadre.sealed += waiting
        a_day(app, made, cadres, dice, daily)
    for cadre in cadres:
        cadre.phone.create("diary_entry", diary())  # a visit like any other, without a questionnaire
    a_day(app, made, cadres, dice, 0)
    return truth


def visit(cadre: Cadre, made: Round, truth: Truth, dice: random.Random) -> None:
    """Write the diary of a visit, and seal the answer that the resident gave."""
    household, wish = new_id(), f"{dice.choice(WORDS)}{dice.getrandbits(40):010x}"
    cadre.phone.create(
        "diary_entry", diary(target_type="household", household_id=household, services=["consultation"])
    )
    cadre.sealed.append(made.sealed(cadre.grid, "cadre", submission(dice.choice(["yes", "no"]), wish)))
    truth.cadres[wish], truth.households[wish] = cadre.id, household


def a_day(app: Flask, made: Round, cadres: list[Cadre], dice: random.Random, daily: int) -> None:
    """Let each phone be opened once: it sends what was sealed before today, and syncs the visits."""
    events: list[tuple[float, int, int, bytes | None]] = []
    for number, cadre in enumerate(cadres):
        at = dice.uniform(0, OPENING)
        heappush(events, (at, dice.getrandbits(30), number, None))
        due = cadre.sealed[daily:]
        for one in dice.sample(due, len(due)):
            at += dice.uniform(*BETWEEN)
            heappush(events, (at, dice.getrandbits(30), number, one))
        cadre.sealed = [one for one in cadre.sealed if one not in due]
    while events:
        _, _, number, sealed = heappop(events)
        if sealed is None:
            cadres[number].phone.sync()
        else:
            answer = made.send(app, sealed, REMOTE_ADDR=f"192.0.2.{number + 1}")
            assert answer.status_code == 201, answer.get_data(as_text=True)
