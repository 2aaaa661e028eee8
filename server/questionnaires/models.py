"""Questionnaires 问卷, their versions and media, and the rounds 问卷轮次 in which they are asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base
from server.questionnaires.rules import ANONYMOUS_UNITS, MODES, STATES


class Questionnaire(Base):
    """A questionnaire 问卷 of a community; what is asked stands in its versions."""

    __tablename__ = "questionnaire"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class QuestionnaireVersion(Base):
    """One version, which never changes: the sheet it was written as, its rows, and the XForm of both.

    `rows` are the sheet's `survey`, `choices` and `settings`, as lists of rows, which are what the
    builder edits; `sha256` is that of `xform`.
    """

    __tablename__ = "questionnaire_version"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    questionnaire_id: Mapped[str] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    xform: Mapped[str] = mapped_column(Text)
    sheet: Mapped[bytes]
    rows: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    __table_args__ = (Index("version_of_questionnaire", "questionnaire_id", "number", unique=True),)


class QuestionnaireMedia(Base):
    """A file that a version names: a picture, a sound, a list; its bytes are in the blob store."""

    __tablename__ = "questionnaire_media"
    version_id: Mapped[str] = mapped_column(
        ForeignKey("questionnaire_version.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]


class SurveyRound(Base):
    """A round 问卷轮次: a version asked in a community, or some of its grids, between two days.

    `units` are ids of grids, NULL for all. `private_key` opens the sealed anonymous answers and
    never leaves the server; `code` is the secret of the QR code.
    """

    __tablename__ = "survey_round"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    units: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    mode: Mapped[str] = mapped_column(String(20))
    anonymous_unit: Mapped[str] = mapped_column(String(12), default="community")
    opens: Mapped[date]
    closes: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="draft")
    consent: Mapped[str] = mapped_column(Text, default="")
    public_key: Mapped[bytes | None]
    private_key: Mapped[bytes | None]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    feedback: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"mode IN {MODES!r}", name="survey_round_mode"),
        CheckConstraint(f"state IN {STATES!r}", name="survey_round_state"),
        CheckConstraint(f"anonymous_unit IN {ANONYMOUS_UNITS!r}", name="survey_round_anonymous_unit"),
        CheckConstraint("state <> 'closed' OR feedback IS NOT NULL", name="survey_round_fed_back"),
    )


class SurveyResponse(Base):
    """A named answer 记名答卷, written in the transaction of its record."""

    __tablename__ = "survey_response"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    round_id: Mapped[str] = mapped_column(String(36), index=True)
    version_id: Mapped[str] = mapped_column(String(36))
    household_id: Mapped[str | None] = mapped_column(String(36))
    via: Mapped[str] = mapped_column(String(8))
    filled_on: Mapped[date]
    reply_wanted: Mapped[bool | None]
    answers: Mapped[str] = mapped_column(Text)


class SealedAnswer(Base):
    """An anonymous answer as it came, sealed, until its batch is opened.

    Its key is random text and the table has no row numbers, so that the order in which answers came
    stands nowhere.
    """

    __tablename__ = "sealed_answer"
    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), index=True)
    sealed: Mapped[bytes]
    __table_args__ = ({"sqlite_with_rowid": False},)


class AnonymousAnswer(Base):
    """An anonymous answer, opened and shuffled: round, unit, week and the answers, and nothing else.

    Its key is random and has nothing to do with that of the sealed answer.
    """

    __tablename__ = "anonymous_answer"
    key: Mapped[str] = mapped_column(String(43), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), index=True)
    unit_id: Mapped[str] = mapped_column(String(36))
    week: Mapped[str] = mapped_column(String(8))  # 2026-W48
    via: Mapped[str] = mapped_column(String(8))
    answers: Mapped[str] = mapped_column(Text)
    __table_args__ = ({"sqlite_with_rowid": False},)


class OpenedSeal(Base):
    """The SHA-256 of a sealed answer that has been opened, so that it is taken once however often sent.

    Which answer it became stands nowhere; the hashes of a round go when it has closed.
    """

    __tablename__ = "opened_seal"
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)
