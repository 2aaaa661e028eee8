"""The history of records: what each accepted op made of them, read for a page in bulk (rule L10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from server.core.database import now
from server.sync.batch import instant
from server.sync.models import Device, Op, Record
from server.sync.storage import chunks
from sync.upcast import upcast

# rid, rev, device, schema, body, effect, received, account
Version = tuple[str, int | None, str, int, bytes, bytes | None, datetime, str]

COLUMNS = (
    Op.rid, Op.rev, Op.device_id, Op.schema, Op.body, Op.effect, Op.received_at, Device.account_id,
)  # fmt: skip
KEPT = timedelta(days=366)
MOST_VERSIONS = 50
MOST_BYTES = 128 * 1024  # of one record's versions, so that a page of long ones fits the memory


def histories(session: Session, rids: Iterable[str]) -> dict[str, bytes]:
    """Return each record's versions as a JSON list, oldest first; one without any is left out.

    `rids` are those of records with rev > 1: a record that never changed costs nothing.
    """
    versions: dict[str, list[bytes]] = {}
    for chunk in chunks(rids):
        for row in session.execute(newest(Op.rid.in_(chunk))):
            versions.setdefault(row.rid, []).append(version_of(row))
    return {rid: b"[%b]" % b",".join(found) for rid, found in versions.items()}


def newest(condition: ColumnElement[bool]) -> Select[*Version]:
    """Return the query for the versions of the last 12 months that fit an entry, by revision."""
    younger = func.sum(func.length(Op.body)).over(partition_by=Op.rid, order_by=Op.rev.desc())
    fitting = (
        select(Op.op_id, younger.label("bytes"))
        .join(Record, Record.id == Op.rid)
        # Every accepted op takes one revision, so these are the newest 50.
        .where(condition, Op.rev > Record.rev - MOST_VERSIONS, Op.received_at >= now() - KEPT)
        .subquery()
    )
    return (
        select(*COLUMNS)
        .join(fitting, and_(fitting.c.op_id == Op.op_id, fitting.c.bytes <= MOST_BYTES))
        .join(Device, Device.id == Op.device_id)
        .order_by(Op.rid, Op.rev)
    )


def version_of(row: Row[*Version]) -> bytes:
    """Return one version as JSON; `set` holds what was stored of it, null where it was cleared."""
    op = upcast(orjson.loads(row.body), row.schema)
    version = {
        "rev": row.rev,
        "kind": op["kind"],
        "by": row.account_id,
        "device": row.device_id,
        "at": instant(row.received_at),
        "wall": op["wall"],
    }
    stored = (op.get("set") or {}) | orjson.loads(row.effect or b"{}")
    return orjson.dumps(version | ({"set": stored} if stored else {}))
