"""The attacker: he has the database with its log, what the server logged, every diary and the sync log.

From each clue he can find he makes a guess at the cadre and the household of as many answers as the
clue reaches. A clue is an order (of keys, of rows, of places in the files, of sizes, of any column)
or a time; he knows from the diaries how many residents each cadre asked on which day, and from the
sync log when each phone was open, and lays the one beside the other.
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from math import comb, fsum
from pathlib import Path

import orjson

from server.rounds import sealing

WISH = re.compile(r"<wish>([^<]+)</wish>")
Guesses = Mapping[str, tuple[str, str]]  # wish → cadre, household
Clue = tuple[str, Sequence[str]]  # its name, and wishes in its order


@dataclass(frozen=True)
class Push:
    """What a phone sent at once: whose, when, and whom he had visited."""

    at: datetime
    cadre: str
    households: tuple[str, ...]


class Attacker:
    """What he took away, and what he makes of it."""

    def __init__(self, database: Path, logs: str) -> None:
        """Take the files as they lie there, before SQLite looks at them."""
        self.file, self.logs = database.read_bytes(), logs
        log = Path(f"{database}-wal")
        self.wal = log.read_bytes() if log.exists() else b""
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            self.pushes = list(read_pushes(db))
            self.keys = dict(db.execute("SELECT id, private_key FROM survey_round"))
            self.devices = db.execute("SELECT id, account_id FROM device").fetchall()
            self.rows = list(self.answers(db))

    def answers(self, db: sqlite3.Connection) -> Iterator[dict[str, object]]:
        """Yield every anonymous answer he can read: the opened, and the sealed, for which he has the key."""
        for table in ("anonymous_answer", "sealed_answer"):
            cursor = db.execute(f"SELECT * FROM {table}")  # noqa: S608 - one of two names
            names = [column[0] for column in cursor.description]
            for row in cursor:
                known = dict(zip(names, row, strict=True))
                text = known.get("answers") or self.unsealed(known["sealed"], known["round_id"])
                wish = WISH.search(str(text))
                if wish:
                    yield known | {"wish": wish[1], "text": text, "table": table}

    def unsealed(self, sealed: bytes, round_id: str) -> str:
        """Return the answer, opened by the key that the database holds while the round is open."""
        key = self.keys[round_id]
        return str(orjson.loads(sealing.opened(sealed, key, round_id))["answers"]) if key else ""

    def guesses(self) -> Iterator[tuple[str, Guesses]]:
        """Yield a guess for each clue, read forwards and backwards."""
        for name, order in self.orders():
            for direction, sorted_so in (("", order), (", backwards", order[::-1])):
                yield f"{name}{direction}, from the first", self.laid_beside(sorted_so, slice(len(order)))
                yield f"{name}{direction}, to the last", self.laid_beside(sorted_so, slice(-len(order), None))
        yield "times", self.by_time()
        yield "write-ahead log", self.by_log()
        yield "identifiers", self.by_identifier()

    def orders(self) -> Iterator[Clue]:
        """Yield the orders of answers that he finds."""
        for table in ("anonymous_answer", "sealed_answer"):
            rows = [row for row in self.rows if row["table"] == table]
            yield f"{table}: rows", [str(row["wish"]) for row in rows]
            for column in sorted({name for row in rows for name in row} - {"wish", "table"}):
                ordered = sorted(rows, key=lambda row: str(row.get(column)))
                yield f"{table}: {column}", [str(row["wish"]) for row in ordered]
            sizes = sorted(rows, key=lambda row: (len(str(row["text"])), str(row["wish"])))
            yield f"{table}: sizes", [str(row["wish"]) for row in sizes]
        for name, content in (("database", self.file), ("write-ahead log", self.wal)):
            yield f"{name}: first places", self.places(content, last=False)
            yield f"{name}: last places", self.places(content, last=True)

    def places(self, content: bytes, *, last: bool) -> list[str]:
        """Return the answers that the bytes hold, opened or sealed, by where they stand."""
        found: dict[str, int] = {}
        for row in self.rows:
            sealed = row.get("sealed")
            # Of a sealed answer its page has the beginning.
            needle = sealed[65:265] if isinstance(sealed, bytes) else f"<wish>{row['wish']}<".encode()
            place = content.rfind(needle) if last else content.find(needle)
            if place >= 0:
                found[str(row["wish"])] = place
        return sorted(found, key=lambda wish: found[wish])

    def expected(self) -> list[tuple[str, str]]:
        """Return whose answers must have come in which order: a phone sends after it has synced again."""
        order: list[tuple[str, str]] = []
        owed: dict[str, list[str]] = {}
        for push in self.pushes:
            order += [(push.cadre, household) for household in owed.get(push.cadre, [])]
            owed[push.cadre] = list(push.households)
        return order + [(cadre, household) for cadre, left in owed.items() for household in left]

    def laid_beside(self, order: Sequence[str], part: slice) -> Guesses:
        """Return the guess that the answers came in the order, as that part of all."""
        return dict(zip(order, self.expected()[part], strict=True)) if order else {}

    def by_time(self) -> Guesses:
        """Return the guess that an answer which holds a time is of the phone that synced just before."""
        found: dict[str, tuple[str, str]] = {}
        moments = [push.at for push in self.pushes]
        for row in self.rows:
            times = [moment for value in row.values() if (moment := as_time(value))]
            at = bisect_right(moments, times[0]) - 1 if times else -1
            if at >= 0:
                found[str(row["wish"])] = (self.pushes[at].cadre, "")
        return found

    def by_log(self) -> Guesses:
        """Return the guess that an answer which a commit of the log adds is of the phone that synced last."""
        found: dict[str, tuple[str, str]] = {}
        known: set[bytes] = set()
        for image in commits(self.file, self.wal):
            with closing(sqlite3.connect(":memory:")) as then:
                then.deserialize(image)
                rows = then.execute("SELECT sealed, round_id FROM sealed_answer").fetchall()
                last = then.execute(
                    "SELECT d.account_id FROM op o JOIN device d ON d.id = o.device_id"
                    " ORDER BY o.received_at DESC, o.n DESC LIMIT 1"
                ).fetchone()
            news = [row for row in rows if row[0] not in known]
            if known and last and len(news) == 1:
                wish = WISH.search(self.unsealed(*news[0]))
                if wish:
                    found[wish[1]] = (last[0], "")
            known |= {row[0] for row in rows}
        return found

    def by_identifier(self) -> Guesses:
        """Return what follows from any id in an answer that the database or the log knows."""
        ids: dict[str, str] = {}
        for device, account in self.devices:
            ids |= {device: account, account: account}
        found: dict[str, tuple[str, str]] = {}
        for row in self.rows:
            text = " ".join(str(value) for value in row.values())
            for known, cadre in ids.items():
                if known in text:
                    found[str(row["wish"])] = (cadre, "")
        return found


def read_pushes(db: sqlite3.Connection) -> Iterator[Push]:
    """Yield the pushes with diaries, in the order of the sync log."""
    rows = db.execute(
        "SELECT o.received_at, d.account_id, o.body FROM op o JOIN device d ON d.id = o.device_id"
        " ORDER BY o.received_at, o.n"
    )
    told: dict[tuple[str, str], list[str]] = {}
    for at, cadre, body in rows:
        op = orjson.loads(body)
        if op["type"] == "diary_entry":
            asked = told.setdefault((at, cadre), [])
            if "consultation" in op["set"]["services"]:
                asked.append(op["set"]["household_id"])
    for (at, cadre), households in told.items():
        yield Push(datetime.fromisoformat(at), cadre, tuple(households))


def commits(database: bytes, log: bytes) -> Iterator[bytes]:
    """Yield the database as it was after each commit of the write-ahead log, the oldest first."""
    image = bytearray(database)
    size = int.from_bytes(log[8:12], "big")
    place = 32
    while size and place + 24 + size <= len(log):
        number, pages = (int.from_bytes(log[place + at : place + at + 4], "big") for at in (0, 4))
        if log[place + 8 : place + 16] != log[16:24]:
            return  # of an earlier round of the log
        start = (number - 1) * size
        image.extend(b"\0" * (start + size - len(image)))
        image[start : start + size] = log[place + 24 : place + 24 + size]
        place += 24 + size
        if pages:
            image[18:20] = b"\1\1"  # without a log of its own
            yield bytes(image[: pages * size])


def as_time(value: object) -> datetime | None:
    """Return the moment that the value is, if it is one."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=None) if len(str(value)) > len("2026-11-24") else None


def chance(hits: int, tries: int, right: float) -> float:
    """Return the probability of as many hits or more by chance."""
    return fsum(comb(tries, k) * right**k * (1 - right) ** (tries - k) for k in range(hits, tries + 1))
