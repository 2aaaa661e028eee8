"""A device that writes while its server is being killed: it trusts nothing but what it was told."""

from __future__ import annotations

import random
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

import orjson

from tests.live import PASSWORD
from tests.server.phone import Json, Phone, diary, household, problem, review

if TYPE_CHECKING:
    from tests.live import LiveServer

LOST_REPLY, UNREAD_REPLY = 0.12, 0.08  # how often a reply is lost on the way, or never looked at
MOST_OPS = 8  # written between two syncs
MOST_UNSENT = 40  # then it waits: a person doesn't write on and on while the line is dead
PAUSE = (0.1, 1.0)  # seconds between two syncs, and after a failure
MOST_TRIES = 600  # of the last sync


class Lost(Exception):
    """The request or its reply got lost; nobody knows which."""


class Answer:
    """What came back."""

    def __init__(self, status: int, body: bytes) -> None:
        """Keep both."""
        self.status_code, self.body = status, body

    def get_json(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON of it."""
        return orjson.loads(self.body)

    def get_data(self, *, as_text: bool = False) -> str | bytes:
        """Return the body."""
        return self.body.decode() if as_text else self.body


class Line:
    """A bad line to the server."""

    def __init__(self, server: LiveServer, chance: random.Random) -> None:
        """Begin without a session."""
        self.port, self.chance, self.cookie = server.port, chance, ""

    def sign_in(self, account: str) -> None:
        """Begin a session."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = orjson.dumps({"account": account, "password": PASSWORD})
        connection.request("POST", "/api/session", body, self.headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        connection.close()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request."""
        return {"Content-Type": "application/json", "X-Minqing": "1", "Cookie": self.cookie}

    def post(self, path: str, json: object) -> Answer:
        """Return the answer; Lost where there is none, or where it gets lost."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, orjson.dumps(json), self.headers)
            if self.chance.random() < LOST_REPLY:
                time.sleep(self.chance.uniform(0, 0.05))
                raise Lost
            answer = connection.getresponse()
            body = answer.read()
            if self.chance.random() < UNREAD_REPLY:
                raise Lost
            return Answer(answer.status, body)
        except (OSError, HTTPException) as error:
            raise Lost from error
        finally:
            connection.close()


class Device(Phone):
    """A phone of an account that writes, edits, deletes and reviews in its grids."""

    def __init__(self, server: LiveServer, account: str, seed: int) -> None:
        """Begin signed in, with nothing pulled."""
        self.chance = random.Random(seed)  # noqa: S311 - a test, no secret
        self.line = Line(server, self.chance)
        self.line.sign_in(account)
        super().__init__(self.line, "")  # type: ignore[arg-type] # it posts as a client does
        self.is_supervisor = account.startswith("supervisor")
        self.sent: dict[str, Json] = {}  # every op that was ever made, by its id
        self.acknowledged: dict[str, Json] = {}  # the first result of each op that was answered
        self.receipt: Json = {"n": 0}
        self.refused: list[str] = []  # answers that are neither good nor 503
        self.busy = 0  # answers with 503
        self.answers_got = 0

    def work(self, until: threading.Event) -> None:
        """Write and sync until the end."""
        while not until.is_set():
            if self.cursors and len(self.outbox) < MOST_UNSENT:
                for _ in range(self.chance.randint(1, MOST_OPS)):
                    self.write()
            self.try_to_sync()
            time.sleep(self.chance.uniform(*PAUSE))

    def settle(self) -> None:
        """Sync until nothing is unsent and nothing unread."""
        for _ in range(MOST_TRIES):
            if self.try_to_sync() and not self.outbox:
                return
            time.sleep(0.05)
        raise TimeoutError(f"{len(self.outbox)} ops remain")

    def try_to_sync(self) -> bool:
        """Return whether everything was read to the end."""
        more = True
        while more:
            try:
                answer = self.post(self.outbox[:200])
            except Lost:
                return False
            self.answers_got += 1
            if answer.status_code != 200:
                self.note_refusal(answer)  # type: ignore[arg-type] # it is the line's
                return False
            found = answer.get_json()
            self.note(found)
            more = self.apply(found)
        return True

    def note(self, answer: Json) -> None:
        """Keep what the server has promised."""
        assert not answer["reset"], "the server has forgotten what it handed out"
        assert answer["receipt"]["n"] >= self.receipt["n"], "the server has forgotten a receipt"
        self.receipt = answer["receipt"]
        for result in answer["results"]:
            self.acknowledged.setdefault(result["op_id"], result)

    def note_refusal(self, answer: Answer) -> None:
        """Count the answers that say "later", and keep every other one."""
        if answer.status_code == 503:
            self.busy += 1
        else:
            self.refused.append(f"{answer.status_code} {answer.body[:200]!r}")

    def write(self) -> None:
        """Make one op: a new record, an edit that others may be making too, or a deletion."""
        before = len(self.outbox)
        grids = [scope for scope in self.cursors if scope.startswith("grid:")]
        self.scope = self.chance.choice(grids)
        mine = [one for one in self.records.values() if one["scope"] == self.scope and not one.get("gone")]
        kind = self.chance.choice(["diary", "household", "problem", "edit", "edit", "edit", "delete"])
        text = f"{self.device[-6:]} {self.n}"
        if kind == "edit":
            self.edit([one for one in mine if one["type"] in {"household", "problem"}][-40:], text)
        elif kind == "delete":
            self.take_out([one for one in mine if one["type"] == "diary_entry"][-40:])
        elif self.is_supervisor:
            self.judge([one for one in mine if one["type"] == "diary_entry"][-40:], text)
        else:
            made = {"diary": diary, "household": household, "problem": problem}[kind]
            name = "diary_entry" if kind == "diary" else kind
            self.create(name, made(note=text))
        self.sent |= {op["op_id"]: op for op in self.outbox[before:]}

    def edit(self, records: list[Json], text: str) -> None:
        """Change one of the records: the field that everyone changes, and one that few do."""
        if not records:
            return
        record = self.chance.choice(records)
        if record["type"] == "household" and self.is_supervisor:
            return
        field = self.chance.choice(["note", "note", f"own_{self.chance.randint(1, 5)}"])
        self.set(record["type"], record["id"], {field: text})

    def take_out(self, records: list[Json]) -> None:
        """Delete one of the records."""
        if records and self.chance.random() < 0.3:
            self.delete("diary_entry", self.chance.choice(records)["id"])

    def judge(self, records: list[Json], text: str) -> None:
        """Review one of the diary entries."""
        if records:
            record = self.chance.choice(records)
            self.create("review", review(record["id"], diary_rev=record["rev"], comment=text))
