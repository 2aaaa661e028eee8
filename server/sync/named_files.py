"""Which files the records name or ever named, so that the others can be cleared away."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.sync.models import Op, Record

HASH = re.compile(rb"[0-9a-f]{64}")
ROWS = 1_000  # read at once


def named_files(session: Session) -> set[str]:
    """Return the hashes of all files named by a record or an op of any kind, quarantined ones too.

    An older version of a record may still be looked at, and a refused op may yet be sent again.
    Hashes of other things in the same texts come along, and keep no file that isn't there.
    """
    found: set[bytes] = set()
    for column in (Record.fields, Op.body):
        for text in session.scalars(select(column).execution_options(yield_per=ROWS)):
            if b"photos" in text:
                found.update(HASH.findall(text))
    return {name.decode() for name in found}
