"""The pull: pages of changes by (scope, seq), put together from stored JSON (rules L1, L6, L7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

import orjson
from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from server.accounts.directory import directory_etag
from server.core.access import Access
from server.core.database import ask, now
from server.sync.batch import instant
from server.sync.cursors import Reading, reading_of
from server.sync.departures import departures, leaves_later
from server.sync.digests import digest_of
from server.sync.history import histories
from server.sync.models import Op, Record
from server.sync.receipts import receipt_of
from server.sync.storage import chunks
from sync.digest import Digest
from sync.messages import PROTO, Request

PAGE_ENTRIES = 1_000
PAGE_BYTES = 512 * 1024
ANSWER_PAGES = 2  # full pages' worth of entries and bytes in one answer; the rest is `more`
SLICE = 200  # rows read at a time, so that large records never fill the memory


SCOPE: BindParameter[str] = bindparam("scope")
START: BindParameter[int] = bindparam("start")
END: BindParameter[int] = bindparam("end")
CHANGES = (
    select(
        Record.id, Record.type, Record.seq, Record.rev, Record.author_id, Record.created_at,
        Record.gone, Record.fields, Record.stamps,
    )
    .where(Record.scope_id == SCOPE, Record.seq > START)
    .order_by(Record.seq)
    .limit(SLICE)
)  # fmt: skip
LEFT = select(func.count()).select_from(Record).where(Record.scope_id == SCOPE, Record.seq > START)
LATER = aliased(Record)
OWN_OPS = select(func.coalesce(Op.same_as, Op.op_id)).where(
    Op.device_id == bindparam("device"), Op.scope_id == SCOPE
)
NEW_OPS = OWN_OPS.where(Op.seq > START, Op.seq <= END).order_by(Op.seq)
SETTLED_OPS = NEW_OPS.where(
    ~select(LATER.id).where(LATER.id == Op.rid, LATER.scope_id == SCOPE, LATER.seq > END).exists(),
    ~leaves_later(SCOPE, END),
)
OLDER_OPS = OWN_OPS.where(Op.rid.in_(bindparam("rids", expanding=True)), Op.seq <= START).order_by(Op.seq)

Change = Row[*tuple[Any, ...]]  # of CHANGES


# seq, text, and the record if an earlier page may have shown it
Entry = tuple[int, bytes, tuple[str, ...]]


@dataclass
class Budget:
    """What an answer may still hold."""

    entries: int = ANSWER_PAGES * PAGE_ENTRIES
    bytes: int = ANSWER_PAGES * PAGE_BYTES

    @property
    def is_spent(self) -> bool:
        """Return whether nothing more fits."""
        return self.entries <= 0 or self.bytes <= 0


@dataclass
class Page:
    """The changes of one scope in (start, end]; `more` says that there are later ones.

    `changed` are the ids of its records that have changed since they were made.
    """

    scope: str
    start: int
    end: int
    more: bool = False
    entries: list[bytes] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  # the records that were on an earlier page
    digest: Digest | None = None
    left: int = 0  # records that later pages will bring

    def text(self) -> bytes:
        """Return the page as JSON."""
        more = b"true" if self.more else b"false"
        head = b'{"id":"%b","from":%d,"to":%d,"more":%b' % (self.scope.encode(), self.start, self.end, more)
        tail = b"" if self.digest is None else b',"digest":%b' % orjson.dumps(self.digest)
        if self.more:
            tail += b',"left":%d' % self.left
        own = orjson.dumps(self.own)
        return b'%b,"entries":[%b],"own":%b%b}' % (head, b",".join(self.entries), own, tail)


def answer(session: Session, access: Access, request: Request, results: bytes) -> bytes:
    """Return the answer as JSON text; all of it is read in the session's one snapshot (O2)."""
    receipt = receipt_of(session, access.account_id, request.device)
    reading = reading_of(session, access, request)
    pages = read_pages(session, request.device if receipt["n"] else None, reading)
    members = [
        b'{"proto":%d,"time":"%b"' % (PROTO, instant(now()).encode()),
        b'"account":"%b"' % access.account_id.encode(),
        b'"directory":%b' % orjson.dumps(directory_etag(session, access)),
        b'"results":%b' % results,
        b'"receipt":%b' % orjson.dumps(receipt),
        b'"scopes":[%b]' % b",".join(page.text() for page in pages),
        b'"gained":%b' % orjson.dumps(reading.gained),
        b'"lost":%b' % orjson.dumps(reading.lost),
        b'"reset":%b' % orjson.dumps(reading.reset),
        b'"end":true}',
    ]
    return b",".join(members)


def read_pages(session: Session, device: str | None, reading: Reading) -> list[Page]:
    """Return a page for each scope that has news or is asked for; the others have none.

    Once the budget of an answer is spent, a page is empty, stays at its cursor and says `more`.
    """
    budget = Budget()
    pages = []
    for scope, start in sorted(reading.starts.items()):
        page = Page(scope, start, reading.standing(scope).seq)
        if page.end > start:
            page = read_page(session, device, page, budget)
        elif scope not in reading.asked:
            continue
        if page.more:
            page.left = ask(session, LEFT, scope=scope, start=page.end).scalar_one()
        if scope in reading.check and not page.more:
            page.digest = digest_of(session, scope)
        pages.append(page)
    return pages


def read_page(session: Session, device: str | None, page: Page, budget: Budget) -> Page:
    """Return the page filled as far as page and budget allow; at least one entry unless spent."""
    if budget.is_spent:
        return Page(page.scope, page.start, page.start, more=True)
    most, widest = min(PAGE_ENTRIES, budget.entries), min(PAGE_BYTES, budget.bytes)
    entries, size, last = 0, 0, page.start
    found = changes(session, page.scope, page.start)
    if left := list(departures(session, page.scope, page.start, most + 1)):
        found = merge(found, left)
    for seq, entry, again in found:
        if entries == most or size >= widest:
            page.more, page.end = True, last
            break
        page.entries.append(entry)
        page.changed += again
        entries, size, last = entries + 1, size + len(entry), seq
    budget.entries -= entries
    budget.bytes -= size
    if device is not None:
        page.own = own_ops(session, device, page)
    return page


def changes(session: Session, scope: str, start: int) -> Iterator[Entry]:
    """Yield the scope's records changed after `start`, by seq, read slice by slice, with history."""
    while True:
        rows = ask(session, CHANGES, scope=scope, start=start).all()
        known = histories(session, [row.id for row in rows if row.rev > 1])
        for row in rows:
            if row.rev > 1:
                yield row.seq, entry_of(row, known.get(row.id, b"[]")), (row.id,)
            else:
                yield row.seq, entry_of(row, None), ()
        if len(rows) < SLICE:
            return
        start = rows[-1].seq


def entry_of(row: Change, history: bytes | None) -> bytes:
    """Return the entry as JSON: the stored texts of fields and stamps, with a head and its history."""
    record_id, record_type, seq, rev, author, created_at, gone, fields, stamps = row
    head = (
        f'{{"type":"{record_type}","id":"{record_id}","seq":{seq},"rev":{rev},'
        f'"by":"{author}","at":"{created_at}",'
    ).encode()
    tail = b"}" if history is None else b',"h":%b}' % history
    if gone:
        return b'%b"gone":true%b' % (head, tail)
    return b'%b"f":%b,"s":%b%b' % (head, fields, stamps, tail)


def own_ops(session: Session, device: str, page: Page) -> list[str]:
    """Return the device's ops whose effect this page shows (rule L4).

    An op is shown by the page with its record. A record that changed again later stands on a later
    page, so there the op is named; a page that isn't the last therefore leaves such ops out, and
    each names those older ops whose records it shows. An op may so be named more than once.
    """
    where = {"device": device, "scope": page.scope, "start": page.start, "end": page.end}
    found = list(ask(session, SETTLED_OPS if page.more else NEW_OPS, **where).scalars())
    for rids in chunks(page.changed if page.start > 0 else []):
        found += ask(
            session, OLDER_OPS, device=device, scope=page.scope, start=page.start, rids=rids
        ).scalars()
    return found
