"""[Q3] Who has everything links an anonymous answer to its cadre or household no better than by chance.

600 answers of 40 cadres, 15 each: a guess at the cadre is right by chance in 1 of 40, one at the
household in 1 of 600. Each clue's hits are compared with the binomial distribution; all of them
together may be significant by chance once in a thousand runs (Bonferroni). The dice of the community
are seeded; what the server shuffles isn't.
"""

from __future__ import annotations

import logging
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from server.core.database import db, now
from server.core.ids import new_id
from server.rounds import contents, releasing, rules
from tests.anonymity.attacker import Attacker, chance
from tests.anonymity.community import CADRES, Truth, live, settle
from tests.server.surveys import Round, new_round, new_version, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

ANSWERS = 600
FEWER = 240  # for the mutants, which are found out by less
SIGNIFICANCE = 0.001


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    """Yield the file to which all is logged that a server logs."""
    path = tmp_path / "server.log"
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger("minqing").addHandler(handler)
    logging.getLogger("minqing").setLevel(logging.INFO)
    yield path
    handler.close()


class Case:
    """A community that has lived, and whoever attacks it."""

    def __init__(self, app: Flask, org: Organisation, sign_in: SignIn, logs: Path) -> None:
        """Keep what there is."""
        self.app, self.org, self.sign_in, self.logs = app, org, sign_in, logs
        self.truth = Truth()
        self.round: Round

    def lives(self, answers: int, seed: int) -> None:
        """Let the days pass."""
        people = settle(self.app, self.org)
        self.round = opened(self.sign_in("survey_admin"), new_round(new_version(self.app, self.org)))
        self.truth = live(self.app, self.round, people, answers, random.Random(seed))  # noqa: S311 - a simulation

    def attack(self) -> Attacker:
        """Return the attacker with what lies on the disk now."""
        with self.app.app_context():
            assert db.engine.url.database is not None
            return Attacker(Path(db.engine.url.database), self.logs.read_text())

    def found_out(self, attacker: Attacker) -> list[str]:
        """Return the clues by which he does significantly better than chance."""
        guesses = list(attacker.guesses())
        level = SIGNIFICANCE / (2 * len(guesses))
        found = []
        for name, guess in guesses:
            tries = len(guess)
            cadres = sum(self.truth.cadres[wish] == cadre for wish, (cadre, _) in guess.items())
            households = sum(self.truth.households[wish] == home for wish, (_, home) in guess.items())
            if chance(cadres, tries, 1 / CADRES) < level:
                found.append(f"{name}: {cadres} of {tries} cadres")
            if chance(households, tries, 1 / len(self.truth.cadres)) < level:
                found.append(f"{name}: {households} of {tries} households")
        return found


@pytest.fixture
def case(app: Flask, org: Organisation, sign_in: SignIn, logs: Path) -> Case:
    """Return a community."""
    return Case(app, org, sign_in, logs)


def test_q3_the_attacker_does_no_better_than_chance(case: Case) -> None:
    case.lives(ANSWERS, 1)
    attacker = case.attack()
    assert len(attacker.rows) == ANSWERS, "he reads them all, with the key"
    assert case.found_out(attacker) == []
    admin = case.sign_in("survey_admin")
    assert admin.post(f"/api/rounds/{case.round.id}/collect", {}).status_code == 200
    after = case.attack()
    assert len(after.rows) == ANSWERS
    assert {row["table"] for row in after.rows} == {"anonymous_answer"}
    assert case.found_out(after) == []
    assert "anonymous" not in after.logs
    assert "192.0.2." not in after.logs


def keep_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be shuffled, and keys grow."""
    monkeypatch.setattr(rules, "shuffled", list)
    monkeypatch.setattr(rules, "new_key", new_id)


def keep_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer keep the moment at which it came."""
    came: dict[bytes, str] = {}
    read, coarse = contents.read, contents.coarse

    def timed(content: bytes, *rest: Any) -> dict[str, str]:  # noqa: ANN401 - passed on
        moment = came.setdefault(content, now().replace(tzinfo=None).isoformat())
        return read(content, *rest) | {"came": moment}

    def exact(answer: dict[str, str], *rest: Any) -> dict[str, str]:  # noqa: ANN401 - passed on
        moment = answer.pop("came")
        return coarse(answer, *rest) | {"week": moment}

    monkeypatch.setattr(contents, "read", timed)
    monkeypatch.setattr(contents, "coarse", exact)


def leave_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the write-ahead log as it grows."""

    def keep(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA wal_autocheckpoint=0")

    monkeypatch.setattr(releasing, "leave_no_traces", lambda: None)
    monkeypatch.setattr(releasing, "overwrite_deleted", keep)


@pytest.mark.parametrize(
    ("mutant", "clue"),
    [
        (keep_order, "anonymous_answer: key"),
        (keep_time, "times"),
        (leave_traces, "write-ahead log"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_q3_the_attacker_finds_out_a_server_that_gives_something_away(
    case: Case, monkeypatch: pytest.MonkeyPatch, mutant: Callable[[pytest.MonkeyPatch], None], clue: str
) -> None:
    mutant(monkeypatch)
    case.lives(FEWER, 2)
    found = case.found_out(case.attack())
    assert any(one.startswith(clue) for one in found), found
