"""What came of a round: tables of its named and of its anonymous answers, never of the two together.

Anonymous answers are shown once collecting has ended and the key is gone: there is one look, so no
difference of two looks, and small cells are hidden (server/statistics/rules.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from server.accounts.models import Unit
from server.core.database import reading
from server.core.errors import BadInput, Clash
from server.questionnaires.models import AnonymousAnswer, QuestionnaireVersion, SurveyResponse, SurveyRound
from server.questionnaires.versions import READERS
from server.rounds.managing import known
from server.statistics import export
from server.statistics.answers import Answer, values_of
from server.statistics.questions import Question, questions_of
from server.statistics.tables import GROUPS, Crosstab, QuestionTable, crosstab, groups, tabulate, texts
from sync.anonymous import week_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.core.access import Access

Who = Literal["named", "anonymous"]
FINISHED = ("collected", "closed")
MOST_TEXTS = 1000  # of a question, in one answer
Json = dict[str, Any]


class Collected:
    """The answers of a round by one way, with the questions they answer."""

    def __init__(self, session: Session, found: SurveyRound, who: Who) -> None:
        """Read them; Clash `still_collecting` for anonymous ones of a round that goes on."""
        if who == "anonymous" and found.state not in FINISHED:
            raise Clash("不记名答卷在结束收集后才能统计", code="still_collecting")
        self.title, self.secret = found.title, who == "anonymous"
        self.questions = questions_of(session.get_one(QuestionnaireVersion, found.version_id).xform)
        self.unreadable = 0
        read = anonymous_rows if self.secret else named_rows
        here = select(Unit.id, Unit.name).where(Unit.id.in_([found.unit_id, *(found.units or [])]))
        names = {row.id: row.name for row in session.execute(here)}
        self.answers = list(self.read(read(session, found), names))

    def read(self, rows: Iterator[tuple[str, str, str, str]], names: dict[str, str]) -> Iterator[Answer]:
        """Yield each row of unit, week, way and submission as an answer; what can't be read is counted."""
        for unit, week, via, submission in rows:
            try:
                values = values_of(submission)
            except BadInput:
                self.unreadable += 1
            else:
                yield Answer(values, {"unit": names.get(unit, unit), "week": week, "via": via})

    def tables(self) -> list[QuestionTable]:
        """Return a table for each question."""
        return tabulate(self.questions, self.answers, secret=self.secret)

    def texts(self, question: Question) -> list[str]:
        """Return the free texts that may be shown; none of a question of another kind."""
        return texts(question, self.answers, secret=self.secret) if question.kind == "text" else []

    def side(self, name: str) -> Question | str:
        """Return the question of the path, or the name of a group; BadInput for another."""
        if name in GROUPS:
            return name
        for question in self.questions:
            if question.path == name and question.kind == "one":
                return question
        raise BadInput("只能用单选题、网格、周或填写途径做交叉表", code="not_a_side", field=name)


def named_rows(session: Session, found: SurveyRound) -> Iterator[tuple[str, str, str, str]]:
    """Yield grid, week, way and submission of the named answers that were filled in time.

    Only those of the round's grids: whoever writes elsewhere may name any round.
    """
    columns = (SurveyResponse.grid_id, SurveyResponse.filled_on, SurveyResponse.via, SurveyResponse.answers)
    wanted = select(*columns).where(
        SurveyResponse.round_id == found.id,
        SurveyResponse.grid_id.in_(found.units or []),
        SurveyResponse.filled_on <= found.closes,
    )
    for row in session.execute(wanted):
        yield row.grid_id, week_of(row.filled_on), row.via, row.answers


def anonymous_rows(session: Session, found: SurveyRound) -> Iterator[tuple[str, str, str, str]]:
    """Yield unit, week, way and submission of the opened anonymous answers."""
    columns = (AnonymousAnswer.unit_id, AnonymousAnswer.week, AnonymousAnswer.via, AnonymousAnswer.answers)
    for row in session.execute(select(*columns).where(AnonymousAnswer.round_id == found.id)):
        yield row.unit_id, row.week, row.via, row.answers


def collected(access: Access, round_id: str, who: Who) -> Collected:
    """Return the round's answers for who may read them."""
    access.require(*READERS)
    with reading() as session:
        return Collected(session, known(session, access, round_id), who)


def results(access: Access, round_id: str, who: Who) -> Json:
    """Return the tables of all questions, of the ways, places and weeks, and the free texts."""
    found = collected(access, round_id, who)
    return {
        "total": len(found.answers),
        "unreadable": found.unreadable,
        "groups": {name: groups(name, found.answers, secret=found.secret) for name in GROUPS},
        "tables": [shown(table, found.texts(table.question)) for table in found.tables()],
    }


def shown(table: QuestionTable, free: list[str]) -> Json:
    """Return the table as it is answered."""
    question = table.question
    return {
        "path": question.path,
        "kind": question.kind,
        "label": question.label,
        "total": table.total,
        "answered": table.answered,
        "lines": table.lines,
        "summary": table.summary,
        "places": [{"value": value, "place": place} for value, place in table.places],
        "texts": free[:MOST_TEXTS],
        "texts_left": max(0, len(free) - MOST_TEXTS),
    }


def crossed(access: Access, round_id: str, who: Who, row: str, column: str) -> Crosstab:
    """Return how often each pair of two questions' answers came, or of one's and a group."""
    found = collected(access, round_id, who)
    if row == column:
        raise BadInput("行和列不能是同一题", field="column")
    return crosstab(found.side(row), found.side(column), found.answers, secret=found.secret)


def exported(
    access: Access, round_id: str, who: Who, write: Callable[[str, list[QuestionTable]], bytes]
) -> bytes:
    """Return the tables as a file."""
    found = collected(access, round_id, who)
    way = "不记名" if found.secret else "记名"
    return write(f"{found.title}（{way}，{len(found.answers)} 份）", found.tables())


def as_csv(title: str, tables: list[QuestionTable]) -> bytes:
    """Return the tables as CSV; it has no place for a title."""
    del title
    return export.csv_text(tables).encode()
