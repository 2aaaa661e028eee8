"""Rules of rounds 问卷轮次: what may follow what, and when anonymous answers may be opened; pure."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import SystemRandom
from typing import TypeVar

from server.core.errors import BadInput, Clash

Item = TypeVar("Item")
LEAST_OPENED = 20  # anonymous answers that are opened together
LEAST_SOURCES = 3
MOST_WAITING = 20_000  # sealed answers of a round
LONGEST = timedelta(days=366)
GROWTH = 4  # a batch has at least a quarter of what was opened before: the whole is shuffled each time
TRIES = 20
KEY_BYTES = 32
RANDOM = SystemRandom()


def check_days(opens: date, closes: date, today: date) -> None:
    """Refuse a round that ends before it begins or today, or takes more than a year."""
    if closes < max(opens, today):
        raise BadInput("截止日期不能早于开始日期或今天", field="closes")
    if closes - opens > LONGEST:
        raise BadInput("一轮问卷最长一年", field="closes")


def check_state(state: str, *wanted: str) -> None:
    """Refuse what a round in the state isn't fit for."""
    if state not in wanted:
        names = {"draft": "草稿", "open": "进行中", "collected": "已结束收集", "closed": "已办结"}
        raise Clash(f"这轮问卷{names[state]}，不能这样做", code="round_state")


def check_feedback(feedback: str | None) -> str:
    """Return the feedback; without one a round isn't closed."""
    if not (feedback or "").strip():
        raise BadInput("须先写反馈，才能办结", code="feedback_missing", field="feedback")
    return str(feedback).strip()


def source_of(answer: Mapping[str, str]) -> str:
    """Return where the answer comes from: the grid whose cadres asked, or the QR code.

    Twenty answers of one grid, opened together, would be told by that grid; so a batch needs three.
    A cadre isn't the source, since no answer may say whose it is.
    """
    return "self" if answer["via"] == "self" else answer["unit"]


def is_enough(answers: Sequence[Mapping[str, str]]) -> bool:
    """Return whether the answers may be opened together."""
    return len(answers) >= LEAST_OPENED and len({source_of(one) for one in answers}) >= LEAST_SOURCES


def batch_of(
    waiting: Sequence[Item], answer_of: Callable[[Item], Mapping[str, str]], opened: int
) -> list[Item]:
    """Return which of the waiting answers to open now, a random half of them, or none.

    The other half stays, and could be opened as well: so the last ones are never few, and when an
    answer is opened doesn't say when it came.
    """
    if len(waiting) < max(2 * LEAST_OPENED, opened // GROWTH):
        return []
    for _ in range(TRIES):
        mixed = shuffled(waiting)
        half = len(mixed) // 2
        if all(is_enough([answer_of(one) for one in part]) for part in (mixed[:half], mixed[half:])):
            return mixed[:half]
    return []


def shuffled(items: Sequence[Item]) -> list[Item]:
    """Return the items in a random order that nobody can guess."""
    return RANDOM.sample(items, len(items))


def new_key() -> str:
    """Return a key that says nothing."""
    return secrets.token_urlsafe(KEY_BYTES)


def about(count: int) -> int:
    """Return the count as it is told while answers wait: in tens, so that none is seen to arrive."""
    return count // 10 * 10
