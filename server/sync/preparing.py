"""What else a push reads and locks for handovers and moves, before anything is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from server.sync import storage
from server.sync.batch import Author, Batch, Loaded
from server.sync.departures import load_departures
from server.sync.handing import Waiting
from server.sync.models import Handover
from server.sync.own_ids import server_id, system_device
from server.sync.schemas import DECISIONS
from sync.messages import Envelope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def prepare(session: Session, batch: Batch) -> None:
    """Read departures, the handovers that wait for more, and what decisions are about."""
    envelopes = [pending.envelope for pending in batch.ops if pending.envelope]
    load_departures(session, batch, envelopes)
    load_waiting(session, batch, envelopes)
    decided = [found for one in envelopes if (found := decided_by(batch, one)) is not None]
    if decided:
        load_decided(session, batch, decided)


def load_waiting(session: Session, batch: Batch, envelopes: list[Envelope]) -> None:
    """Read the device's handovers that wait, of records whose ops may have to be added to them."""
    rids = {one.rid for one in envelopes if may_be_handed_over(batch, one)}
    if not rids:
        return
    found: list[str] = []
    for chunk in storage.chunks(sorted(rids)):
        mine = select(Handover.id).where(Handover.rid.in_(chunk), Handover.state == "waiting")
        found += session.scalars(
            mine.where(Handover.account == batch.author.account_id, Handover.device == batch.device)
        )
    if not found:
        return
    open_part(session, batch, batch.author.account_id)
    storage.load_records(session, batch, found)
    for record in (batch.records[key] for key in sorted(found)):
        ops = record.state.fields["ops"] = list(record.state.fields["ops"])
        size = sum(len(str(op)) for op in ops)
        batch.waiting[record.scope, record.state.fields["rid"]] = Waiting(record, size)


def may_be_handed_over(batch: Batch, envelope: Envelope) -> bool:
    """Return whether the op isn't simply one on a record, or a new one, of a scope that is held."""
    access = batch.author.access
    if access is None:
        return False
    known = batch.records.get(envelope.rid)
    is_there = envelope.kind in {"create", "append"} if known is None else known.scope == envelope.scope
    return envelope.scope not in access.writable or not is_there


def decided_by(batch: Batch, envelope: Envelope) -> Loaded | None:
    """Return the waiting handover that the op decides, if it does."""
    if envelope.type != "handover" or envelope.set.get("state") not in DECISIONS:
        return None
    record = batch.records.get(envelope.rid)
    if record is None or record.type != "handover" or record.state.fields["state"] != "waiting":
        return None
    return record


def load_decided(session: Session, batch: Batch, handovers: list[Loaded]) -> None:
    """Read the records whose ops were handed over, and the quarantine records of their authors."""
    for account in sorted({record.state.fields["account"] for record in handovers}):
        open_part(session, batch, account)
    wanted: set[str] = set()
    for record in handovers:
        wanted.add(record.state.fields["rid"])
        wanted.update(server_id(item["op_id"], "person") for item in record.state.fields["ops"])
    storage.load_records(session, batch, wanted - batch.records.keys())
    for record in handovers:
        storage.load_history(session, batch, handed_ops(record), record.state.fields["device"])


def handed_ops(handover: Loaded) -> list[Envelope]:
    """Return the ops of the handover, as the history is asked for them."""
    fields = handover.state.fields
    head = (fields["of_type"], fields["rid"], handover.scope)
    return [
        Envelope(*head, item["kind"], item.get("set") or {}, item.get("base") or {}, None, item["wall"])
        for item in fields["ops"]
    ]


def open_part(session: Session, batch: Batch, account_id: str) -> None:
    """Open the part of the batch that the account's system device says, and lock the device."""
    if account_id in batch.parts:
        return
    part = batch.part(Author(account_id, None, None), system_device(account_id))
    storage.open_device(session, part)
    batch.parts[account_id] = part
