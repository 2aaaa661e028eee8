"""The projection of households: the columns that SQL asks about; the record holds every field."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base
from server.core.documents import NAME_LENGTH


class Household(Base):
    """A household 住户, written in the transaction of its record."""

    __tablename__ = "household"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    estate: Mapped[str] = mapped_column(String(NAME_LENGTH))
    house_code: Mapped[str] = mapped_column(String(NAME_LENGTH))
    building: Mapped[str] = mapped_column(String(NAME_LENGTH))
    entrance: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    door: Mapped[str] = mapped_column(String(NAME_LENGTH))
    members_count: Mapped[int | None]
    tenure: Mapped[str | None] = mapped_column(String(8))
    __table_args__ = (Index("household_code", "grid_id", "house_code"),)
