"""The tables of the sync protocol: devices, ops, scope counters, records and what left a scope."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base


class Device(Base):
    """One installation for one account; `last_n` and `last_hash` are the head of its op chain.

    `skew` are the seconds by which its clock is ahead, `gap_at` is when its ops last didn't
    continue the chain, `evicted_at` when its phone said that the browser had cleared it, with so
    many ops and drafts `unsent`; see `watching`.
    """

    __tablename__ = "device"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    last_n: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    skew: Mapped[int | None]
    gap_at: Mapped[datetime | None]
    evicted_at: Mapped[datetime | None]
    unsent: Mapped[int | None]


class Scope(Base):
    """A scope and its counter, the last seq given out.

    Of the records that left the scope only those since `floor` are remembered (rule L9).
    """

    __tablename__ = "scope"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    floor: Mapped[int] = mapped_column(server_default="0")


class Op(Base):
    """One immutable op as it came: the log from which every stored value is explained.

    `rev` is the record's revision it made (NULL when quarantined); `effect` the fields stored
    that aren't those sent (merged sets, derived fields), as JSON; `scope_id` and `seq` are where
    it is read back. An op with another's `n` has none. One that reuses an op_id is kept under an
    id of its own, and `same_as` is the id it came with. `schema` is that of the request it came in
    (rule P15), `carried_by` who brought it where it wasn't its device (rule D7).
    """

    __tablename__ = "op"
    op_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    n: Mapped[int | None]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    rid: Mapped[str] = mapped_column(String(36))
    rev: Mapped[int | None]
    scope_id: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(24))
    body: Mapped[bytes]  # the op as canonical JSON
    effect: Mapped[bytes | None]
    same_as: Mapped[str | None] = mapped_column(String(36))
    schema: Mapped[int] = mapped_column(server_default="1")
    carried_by: Mapped[str | None] = mapped_column(String(36))
    received_at: Mapped[datetime]
    __table_args__ = (
        Index("op_device_n", "device_id", "n", unique=True),
        Index("op_record", "rid", "rev"),
        Index("op_own", "device_id", "scope_id", "seq"),
    )


class Record(Base):
    """The replicated truth of one record. Typed tables of the domains are projections of it.

    `fields` and `stamps` are JSON text in UTF-8 and `created_at` is ISO 8601 in UTC with
    milliseconds: a pull sends them as they stand, and parses nothing. A deleted record is `gone`.
    """

    __tablename__ = "record"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    type: Mapped[str] = mapped_column(String(24))
    scope_id: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    rev: Mapped[int]
    author_id: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[str] = mapped_column(String(24))
    gone: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[bytes]
    stamps: Mapped[bytes]
    __table_args__ = (Index("record_feed", "scope_id", "seq", unique=True),)


class Departure(Base):
    """A record that left the scope, as the scope hands it on (rule P14); gone when it is back."""

    __tablename__ = "departure"
    scope_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    type: Mapped[str] = mapped_column(String(24))
    seq: Mapped[int]
    rev: Mapped[int]
    __table_args__ = (
        Index("departure_feed", "scope_id", "seq", unique=True),
        Index("departure_of", "record_id"),
    )


class Handover(Base):
    """The projection of handovers: which wait, of which device and record (rule P13)."""

    __tablename__ = "handover"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    grid_id: Mapped[str] = mapped_column(String(36))
    rid: Mapped[str] = mapped_column(String(36))
    account: Mapped[str] = mapped_column(String(36))
    device: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(8))
    __table_args__ = (Index("handover_of", "rid", "state"),)
