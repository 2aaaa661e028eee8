"""The promise, held against the phones and the server after each event, and at the end."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import orjson

from server.accounts.access import access_for
from server.core.access import Access
from server.core.database import reading
from server.sync.verify import verify
from tests.sync.simulation.script import PHONES

if TYPE_CHECKING:
    from tests.sync.simulation.play import Play

Json = dict[str, Any]
# What a run whose scopes change may refuse; where they don't, nothing at all is refused.
EXPECTED = {"handed_over", "scope_unknown", "not_allowed", "record_unknown", "already_decided", "record_gone"}


def require(holds: bool, *what: object) -> None:  # noqa: FBT001 - the fact itself
    """Raise AssertionError with what is wrong unless it holds."""
    if not holds:
        raise AssertionError(" ".join(str(one) for one in what))


def rows_of(play: Play, statement: str) -> list[Json]:
    """Return the rows of a statement, as they are committed."""
    with sqlite3.connect(play.server.file) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(statement)]
    connection.close()
    return found


def records(play: Play) -> list[Json]:
    """Return every record."""
    return rows_of(play, "SELECT id, type, scope_id, seq, rev, gone, fields, stamps FROM record ORDER BY id")


def counters(play: Play) -> list[Json]:
    """Return how far each scope has come."""
    return rows_of(play, "SELECT id, seq FROM scope ORDER BY id")


def access_of(play: Play, phone: str) -> Access:
    """Return what the account of the phone may do, since the last assignment."""
    login = PHONES[phone]
    if login not in play.access:
        with play.server.app.app_context():
            play.access[login] = access_for(play.server.org.accounts[login])
    return play.access[login]


def held_grids(play: Play, phone: str) -> list[str]:
    """Return the grids in which the person of the phone believes to write."""
    names = {"cadre1": ["grid1"], "cadre2": ["grid2"], "grid_lead": ["grid1"], "reviewer": ["grid1", "grid2"]}
    usual = [play.server.org.grid(name) for name in names[PHONES[phone]]]
    present = sorted(scope for scope in access_of(play, phone).writable if scope.startswith("grid:"))
    return present or usual


def check_outcome(play: Play, phone: str, outcome: Json) -> None:
    """Hold the receipt of a good sync against the log: the server has what it says."""
    receipt = outcome["receipt"]
    if outcome["outcome"] == "ok" and receipt and receipt["n"]:
        log = rows_of(play, "SELECT device_id, n, hash FROM op WHERE n IS NOT NULL")
        mine = {row["n"]: row["hash"].hex() for row in log if row["device_id"] == receipt["device"]}
        require(mine.get(receipt["n"]) == receipt["hash"], phone, "has a receipt for what isn't stored")


def check_phone(play: Play, phone: str) -> None:
    """Hold what the phone holds against the server: nothing lost, nothing skipped."""
    held = play.phones.tell("held", phone)
    log = {row["op_id"]: row for row in rows_of(play, "SELECT op_id, scope_id, seq FROM op")}
    unread = {op["op_id"] for op in held["ops"]}
    cursors = {scope["id"]: scope["cursor"] for scope in held["scopes"] if not scope["lost"]}
    for op in play.ledger.of_phone(phone):
        if op["op_id"] in unread:
            continue
        known = log.get(op["op_id"])
        require(known is not None, phone, "lost the op", op)
        assert known is not None
        cursor = cursors.get(known["scope_id"])
        require(cursor is None or cursor >= known["seq"], phone, "let go of an op it hasn't read back", op)
    latest = latest_entries(held)
    for record in records(play):
        cursor = cursors.get(record["scope_id"])
        if cursor is None or record["seq"] > cursor:
            continue
        entry = latest.get(record["id"])
        require(entry is not None and entry["rev"] == record["rev"], phone, "skipped", record, "has", entry)
        assert entry is not None
        check_entry(phone, entry, record)


def latest_entries(held: Json) -> dict[str, Json]:
    """Return the latest entry of each record: of two in one scope the one with the higher seq.

    A move is one revision in two scopes: where it went to is the record, whichever was read last.
    """
    latest: dict[str, Json] = {}
    for entry in held["entries"]:
        known = latest.get(entry["id"])
        if known is None or age(entry, known) >= age(known, entry):
            latest[entry["id"]] = entry
    return latest


def age(entry: Json, other: Json) -> tuple[int, bool]:
    """Return what tells which of two entries of a record is the later one."""
    return entry["rev"], entry["scope"] != other["scope"] and not entry.get("out")


def check_entry(phone: str, entry: Json, record: Json) -> None:
    """Require that the entry is the record."""
    gone = bool(record["gone"])
    same = (entry["scope"], entry["seq"]) == (record["scope_id"], record["seq"])
    same = same and bool(entry.get("gone")) == gone
    if not gone:
        same = same and entry.get("f") == orjson.loads(record["fields"])
        same = same and entry.get("s") == orjson.loads(record["stamps"])
    require(same, phone, "holds", entry, "for", record)


def check_end(play: Play) -> None:
    """Hold the quiet phones and the whole log against the promise."""
    for phone in play.script.phones:
        check_quiet(play, phone)
    log = rows_of(play, "SELECT op_id, device_id, n, hash, rid, rev, status, code FROM op")
    check_log(play, log)
    check_verified(play)
    applied = {row["op_id"] for row in log if row["status"] != "quarantined"} | taken_over(play)
    visible = [(one["id"], orjson.loads(one["fields"])) for one in records(play) if not one["gone"]]
    missing = play.ledger.missing(applied, visible)
    require(not missing, "gone without a trace:", sorted(missing))
    codes = {row["code"] for row in log if row["code"]}
    require(codes <= (EXPECTED if play.has_changes else set()), "refused for", codes)


def taken_over(play: Play) -> set[str]:
    """Return the refused ops that a handover has brought into the record all the same."""
    refused = [orjson.loads(one["fields"]) for one in records(play) if one["type"] == "quarantine"]
    return {one["op_id"] for one in refused if one.get("decision") == "taken"}


def check_quiet(play: Play, phone: str) -> None:
    """Require that the phone has sent all and shows what the server has, and nothing else."""
    held = play.phones.tell("held", phone)
    readable = access_of(play, phone).readable
    seqs = {row["id"]: row["seq"] for row in counters(play)}
    require(not held["ops"], phone, "still has ops to send", held["ops"])
    require({scope["id"] for scope in held["scopes"]} == readable, phone, "holds scopes", held["scopes"])
    for scope in held["scopes"]:
        require(scope["cursor"] == seqs.get(scope["id"], 0), phone, "stands at", scope)
    mine = {one["id"]: one for one in records(play) if one["scope_id"] in readable}
    entries = {key: one for key, one in latest_entries(held).items() if not one.get("out")}
    require(entries.keys() == mine.keys(), phone, "differs in", entries.keys() ^ mine.keys())
    shown = {row["id"]: row for row in held["shown"]}
    alive = {key for key, one in mine.items() if not one["gone"]}
    require(shown.keys() == alive, phone, "shows or hides", shown.keys() ^ alive)
    for key in alive:
        fields = orjson.loads(mine[key]["fields"])
        require(shown[key]["fields"] == fields and not shown[key]["pending"], phone, "shows", shown[key])


def check_verified(play: Play) -> None:
    """Require that `minqing verify` finds nothing."""
    with play.server.app.app_context(), reading() as session:
        found = verify(session, lambda *_: None).findings
    require(not found, "minqing verify finds", found)


def check_log(play: Play, log: list[Json]) -> None:
    """Require that every op of every phone is in the log once, in its chain, and made one revision."""
    for phone in play.script.phones:
        ops = sorted(play.ledger.of_phone(phone), key=lambda op: op["n"])
        chain = play.phones.tell("held", phone).get("chain") or {"n": 0}
        require([op["n"] for op in ops] == list(range(1, chain["n"] + 1)), phone, "has a gap in its ops")
        if not ops:
            continue
        of = {row["op_id"]: row for row in log}
        device = of[ops[0]["op_id"]]["device_id"]
        stored = {row["n"]: row for row in log if row["device_id"] == device}
        require(len(stored) == chain["n"], phone, "has", chain["n"], "ops, the log", len(stored))
        require(stored[chain["n"]]["hash"].hex() == chain["hash"], phone, "has another chain than the log")
        require({row["op_id"] for row in stored.values()} == {op["op_id"] for op in ops}, phone, "ops differ")
    made: dict[str, list[int]] = {}
    for row in log:
        if row["rev"] is not None:
            made.setdefault(row["rid"], []).append(row["rev"])
    for record in records(play):
        revs = sorted(made.get(record["id"], []))
        first = 1 if revs and revs[0] == 1 else 2
        require(revs == list(range(first, record["rev"] + 1)), record["id"], "has revisions", revs)
