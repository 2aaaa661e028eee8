"""The projection of problems: the columns that SQL asks about; the record holds every field."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base


class Problem(Base):
    """A problem 问题, written in the transaction of its record."""

    __tablename__ = "problem"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    author_id: Mapped[str] = mapped_column(String(36))
    category: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8))
    disposition: Mapped[str | None] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20))
    diary_id: Mapped[str | None] = mapped_column(String(36), index=True)
    household_id: Mapped[str | None] = mapped_column(String(36), index=True)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    __table_args__ = (Index("problem_of_grid", "grid_id", "state"),)
