"""Where an op is applied, and whether its author may (rules P8, P13, P14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from server.core.access import SUPERVISORS
from server.core.checking import check
from server.sync.handing import HandedOver, as_cadre
from server.sync.refusals import Refused
from sync.merge import GONE

if TYPE_CHECKING:
    from server.core.access import Access
    from server.sync.batch import Batch, Loaded
    from server.sync.registry import RecordType
    from sync.messages import Envelope

CREATES = frozenset({"create", "append"})


def place_of(batch: Batch, envelope: Envelope, record_type: RecordType) -> str:
    """Return the scope in which the op is applied: the one it names, or where the record moved to.

    HandedOver where the author held it once, Refused where he has no right there at all.
    """
    record = batch.records.get(envelope.rid)
    has_moved = record is not None and (envelope.scope, record.id) in batch.departed
    scope = record.scope if record is not None and has_moved else envelope.scope
    access = batch.author.access
    if access is not None and not is_held(access, envelope, record_type, scope):
        refuse_unheld(batch, access, envelope, record_type, scope)
    if envelope.scope.partition(":")[0] not in record_type.scopes:
        raise Refused("not_allowed", field="scope")
    return scope


def is_held(access: Access, envelope: Envelope, record_type: RecordType, scope: str) -> bool:
    """Return whether the account writes in the scope, and not only what a cadre doesn't write.

    Who was a cadre there and is a supervisor now has still held it as what he wrote the op.
    """
    roles = record_type.deleters if envelope.kind == "delete" else record_type.writers
    if envelope.settles is not None:
        roles = roles | SUPERVISORS
    is_former = envelope.scope in access.formerly and roles.isdisjoint(access.roles)
    return scope in access.writable and not is_former


def refuse_unheld(
    batch: Batch, access: Access, envelope: Envelope, record_type: RecordType, scope: str
) -> NoReturn:
    """Raise HandedOver for an op that would be good if its author still held the scope."""
    if envelope.scope not in access.writable | access.formerly or envelope.type == "handover":
        is_seen = envelope.scope in access.readable | access.formerly
        raise Refused("not_allowed" if is_seen else "scope_unknown", field="scope")
    held = as_cadre(access)
    if envelope.kind in CREATES:
        require_creation(held, envelope, record_type)
        check(record_type.schema, envelope.set)
        record_type.rule(envelope.set)
    else:
        record = known(batch, envelope, scope)
        if record is not None:
            require_change(held, envelope, record_type, record)
        check_change(held, envelope, record_type)
    raise HandedOver(scope, "scope_lost" if scope == envelope.scope else "record_moved")


def known(batch: Batch, envelope: Envelope, scope: str) -> Loaded | None:
    """Return the record in the scope; None for one whose creation waits in a handover (P13).

    Any other record, one of another scope or type too, is unknown.
    """
    record = batch.records.get(envelope.rid)
    if record is not None and (record.scope, record.type) == (scope, envelope.type):
        return record
    if (scope, envelope.rid) not in batch.waiting:
        raise Refused("record_unknown", field="rid")
    return None


def require_creation(access: Access | None, envelope: Envelope, record_type: RecordType) -> None:
    """Refuse who may not create a record of the type; without access it is the server itself."""
    if access is not None and not record_type.may_create(access, envelope.kind):
        raise Refused("not_allowed", field="type")


def require_change(
    access: Access | None, envelope: Envelope, record_type: RecordType, record: Loaded
) -> None:
    """Refuse who may not change, or delete, the record."""
    if access is not None and not record_type.may_change(access, envelope.kind, record.author):
        raise Refused("not_allowed", field="rid")


def require_change_or_settlement(
    batch: Batch, envelope: Envelope, record_type: RecordType, record: Loaded
) -> None:
    """Refuse who may not change the record, unless it is a supervisor who settles a conflict of it (M10)."""
    access = batch.author.access
    if access is None or record_type.may_change(access, envelope.kind, record.author):
        return
    conflict = batch.records.get(envelope.settles or "")
    is_hers = not access.roles.isdisjoint(SUPERVISORS)
    if conflict is None or not is_hers or not is_about(conflict, envelope, record):
        raise Refused("not_allowed", field="rid")
    if conflict.state.fields.get("state") != "open":
        raise Refused("already_decided", field="settles")


def is_about(conflict: Loaded, envelope: Envelope, record: Loaded) -> bool:
    """Return whether the op changes nothing but the field of the record that is in this conflict."""
    if conflict.type != "conflict" or conflict.scope != record.scope:
        return False
    about = conflict.state.fields
    changed = {GONE} if envelope.kind == "delete" else set(envelope.set)
    return about["record_id"] == record.id and changed == {about["field"]}


def check_change(access: Access | None, envelope: Envelope, record_type: RecordType) -> None:
    """Refuse a field that only the server writes (M10, P11, P13), or a value that isn't the field's."""
    if access is not None and record_type.settable is not None:
        kind = envelope.scope.partition(":")[0]
        for name in sorted(envelope.set.keys() - record_type.settable[kind]):
            raise Refused("not_allowed", field=name)
    check(record_type.schema, envelope.set, partial=True)
