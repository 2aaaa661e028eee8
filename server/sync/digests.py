"""The digest of a scope, with which a device finds out whether it holds the same (rule L8)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.sync.models import Record
from sync.digest import Digest, digest

AT_A_TIME = 5_000


def digest_of(session: Session, scope: str) -> Digest:
    """Return the digest of the scope's records as they stand in the session's snapshot."""
    rows = session.execute(
        select(Record.id, Record.rev).where(Record.scope_id == scope),
        execution_options={"yield_per": AT_A_TIME},
    )
    return digest((record_id, rev) for record_id, rev in rows)
