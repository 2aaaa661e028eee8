"""The projections of diary entries and reviews: the columns that SQL asks about."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base


class DiaryEntry(Base):
    """A diary entry 民情日记, written in the transaction of its record.

    `household_id` is as the phone wrote it: the household may come later, or never.
    """

    __tablename__ = "diary_entry"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    visit_date: Mapped[date]
    channel: Mapped[str] = mapped_column(String(12))
    target_type: Mapped[str] = mapped_column(String(16))
    household_id: Mapped[str | None] = mapped_column(String(36), index=True)
    not_home: Mapped[bool | None]
    reply_expected: Mapped[bool | None]
    __table_args__ = (
        Index("diary_of_grid", "grid_id", "visit_date"),
        Index("diary_of_author", "author_id", "visit_date"),
    )


class Review(Base):
    """A review 审阅 of one revision of a diary entry."""

    __tablename__ = "review"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    diary_id: Mapped[str] = mapped_column(String(36), index=True)
    diary_rev: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(8))
