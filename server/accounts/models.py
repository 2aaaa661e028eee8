"""Units, accounts, contact-point assignments and sessions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.accounts.rules import UNIT_KINDS
from server.accounts.triggers import raise_version_with
from server.core.bulk import table_of
from server.core.database import Base


class Unit(Base):
    """A unit 单位 of the tree 区县 → 街道 → 社区 → 网格 → 小区 → 楼栋; households are records."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    sort: Mapped[int] = mapped_column(default=0)
    org_strength: Mapped[str] = mapped_column(String(8), default="normal")  # weak, normal, strong
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    __table_args__ = (
        CheckConstraint(f"kind IN {UNIT_KINDS!r}", name="unit_kind"),
        Index("unit_parent_name", "parent_id", "name", unique=True),
    )


class Account(Base):
    """An account 账号 of one person, at one unit, with roles."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    work_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]  # an auditor's access ends by itself
    created_at: Mapped[datetime]

    @property
    def disabled(self) -> bool:
        """Whether the account has been disabled."""
        return self.disabled_at is not None


class ContactPointAssignment(Base):
    """A contact-point assignment 联系点安排; history is kept, never overwritten."""

    __tablename__ = "contact_point_assignment"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    cadre_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    grid_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    estate_ids: Mapped[list[str]] = mapped_column(JSON)  # one or two estates inside the grid
    from_day: Mapped[date]
    to_day: Mapped[date | None]  # the last day; NULL while active
    reason: Mapped[str] = mapped_column(String(200), default="")
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    assigned_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "one_active_grid_a_cadre",
            "cadre_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class LoginSession(Base):
    """A signed-in session; the cookie's token is stored only as its SHA-256."""

    __tablename__ = "login_session"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OrganisationVersion(Base):
    """The version of units, accounts and assignments; the one row is raised by `triggers`."""

    __tablename__ = "organisation_version"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


for changing in (Unit, Account, ContactPointAssignment):
    raise_version_with(table_of(changing))
