"""Counts and crosstabs of answers, as anybody who may see figures sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from server.statistics.answers import Answer
from server.statistics.numbers import Bins, Summary, number_of
from server.statistics.questions import Question
from server.statistics.rules import LEAST, hide, hide_overlapping, hide_table, share

SKIPPED = ""
SKIP = (SKIPPED, "未答")
GROUPS = ("unit", "week", "via")
ENOUGH = 20  # answers, before a mean or a quartile is told


@dataclass(frozen=True)
class Line:
    """A row of a table; `count` and `share` (per cent of all answers) are None where they are hidden."""

    value: str
    label: str
    count: int | None
    share: float | None


@dataclass(frozen=True)
class QuestionTable:
    """What was answered to a question. `answered` is None where it is hidden.

    The lines of `one`, `number` and `date`, with 未答, come to `total`; those of `many` overlap;
    those of `rank` count first places, and `places` has the mean place of each choice.
    """

    question: Question
    total: int
    answered: int | None
    lines: tuple[Line, ...] = ()
    summary: Summary | None = None
    places: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Crosstab:
    """How often each pair came: `cells[row][column]`; totals and cells are None where they are hidden."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[int | None, ...], ...]
    total: int


def tabulate(
    questions: Sequence[Question], answers: Sequence[Answer], *, secret: bool
) -> list[QuestionTable]:
    """Return a table for each question; `secret` hides what is small, as for anonymous answers."""
    return [_table(question, answers, secret=secret) for question in questions]


def crosstab(
    row: Question | str, column: Question | str, answers: Sequence[Answer], *, secret: bool
) -> Crosstab:
    """Return the pairs of two questions with one answer each, or of one and `unit`, `week` or `via`."""
    first, second = _category(row), _category(column)
    pairs = Counter((first(answer), second(answer)) for answer in answers)
    sides = _values(row, (one for one, _ in pairs)), _values(column, (one for _, one in pairs))
    table = [[pairs[value, other] for other, _ in sides[1]] for value, _ in sides[0]]
    sums = [sum(line) for line in table], [sum(line) for line in zip(*table, strict=True)]
    shown = [hide(counts) if secret else list(counts) for counts in sums]
    cells = hide_table(table, shown[0], shown[1]) if secret else table
    lines = (_lines(side, counts, len(answers)) for side, counts in zip(sides, shown, strict=True))
    return Crosstab(next(lines), next(lines), tuple(map(tuple, cells)), len(answers))


def groups(name: str, answers: Sequence[Answer], *, secret: bool) -> tuple[Line, ...]:
    """Return how many answers each `unit`, `week` or `via` has; what a crosstab has as its totals."""
    counts = Counter(answer.groups.get(name, SKIPPED) for answer in answers)
    values = _values(name, counts)
    parts = [counts[value] for value, _ in values]
    return _lines(values, hide(parts) if secret else list(parts), len(answers))


def texts(question: Question, answers: Iterable[Answer], *, secret: bool) -> list[str]:
    """Return the free texts, sorted, so that their order tells nothing; none where they are too few."""
    found = sorted(text for answer in answers for text in answer.values.get(question.path, ()))
    return found if not secret or len(found) >= LEAST else []


def _table(question: Question, answers: Sequence[Answer], *, secret: bool) -> QuestionTable:
    given = [answer.values[question.path] for answer in answers if question.path in answer.values]
    total = len(answers)
    if question.kind in {"many", "rank"}:
        return _overlapping(question, [one[0].split() for one in given], total, secret=secret)
    if question.kind == "number":
        numbers = [number for one in given for number in number_of(one[0])]
        return _numbers(question, numbers, total, secret=secret)
    if question.kind == "text":
        parts = [len(given), total - len(given)]
        return QuestionTable(question, total, (hide(parts) if secret else parts)[0])
    return _parts(question, Counter(one[0] for one in given), total, secret=secret)


def _parts(question: Question, counts: Counter[str], total: int, *, secret: bool) -> QuestionTable:
    """Return a table whose lines come to the total; the last one is 未答."""
    return _whole(question, _values(question, counts), counts, total, secret=secret)


def _whole(
    question: Question,
    values: Sequence[tuple[str, str]],
    counts: Counter[str],
    total: int,
    *,
    secret: bool,
) -> QuestionTable:
    skipped = total - counts.total()
    values = [*values, SKIP] if skipped else values
    parts = [*(counts[value] for value, _ in values if value), *[skipped] * bool(skipped)]
    shown = hide(parts) if secret else list(parts)
    left = shown[-1] if skipped else 0
    answered = None if left is None else total - left
    return QuestionTable(question, total, answered, _lines(values, shown, total))


def _overlapping(
    question: Question, given: Sequence[Sequence[str]], total: int, *, secret: bool
) -> QuestionTable:
    values = _values(question, (value for one in given for value in one))
    if question.kind == "rank":
        first = Counter(one[0] for one in given if one)
        table = _whole(question, values, first, total, secret=secret)
        return replace(table, places=_places(values, given))
    counts = Counter(value for one in given for value in set(one))
    numbers = [counts[value] for value, _ in values]
    shown = hide_overlapping(numbers, total) if secret else list(numbers)
    parts = [len(given), total - len(given)]
    answered = (hide(parts) if secret else parts)[0]
    return QuestionTable(question, total, answered, _lines(values, shown, total))


def _places(
    choices: Sequence[tuple[str, str]], given: Sequence[Sequence[str]]
) -> tuple[tuple[str, float], ...]:
    """Return the mean place of each choice, where enough have ranked it."""
    places: dict[str, list[int]] = {value: [] for value, _ in choices}
    for values in given:
        for place, value in enumerate(values, 1):
            places[value].append(place)
    return tuple(
        (value, round(sum(found) / len(found), 2)) for value, found in places.items() if len(found) >= ENOUGH
    )


def _numbers(question: Question, numbers: Sequence[float], total: int, *, secret: bool) -> QuestionTable:
    """Return the numbers in bins."""
    bins = Bins.of(numbers)
    counts = Counter(str(bins.place(number)) for number in numbers)
    values = [(str(at), label) for at, label in enumerate(bins.labels)]
    table = _whole(question, values, counts, total, secret=secret)
    if table.answered is None or len(numbers) < (ENOUGH if secret else 2):
        return table
    return replace(table, summary=Summary.of(numbers))


def _values(of: Question | str, found: Iterable[str]) -> list[tuple[str, str]]:
    """Return values and labels: the choices in their order, what was found besides, and last 未答."""
    known = () if isinstance(of, str) else of.choices
    more = set(found) - {value for value, _ in known}
    others = [(value, value) for value in sorted(more - {SKIPPED})]
    return [*dict(known).items(), *others, *[SKIP] * (SKIPPED in more)]


def _category(of: Question | str) -> Callable[[Answer], str]:
    """Return what gives an answer's category: '' where there is none."""
    if isinstance(of, str):
        return lambda answer: answer.groups.get(of, SKIPPED)
    return lambda answer: next(iter(answer.values.get(of.path, ())), SKIPPED)


def _lines(values: Sequence[tuple[str, str]], counts: Sequence[int | None], total: int) -> tuple[Line, ...]:
    return tuple(
        Line(value, label, count, share(count, total))
        for (value, label), count in zip(values, counts, strict=True)
    )
