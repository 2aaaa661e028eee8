"""The performance of a script: its events, and the checks after each and at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.core.database import writing
from server.core.days import today
from server.sync.moves import moves_of
from server.sync.system import write_records
from tests.sync.simulation import checks
from tests.sync.simulation.acts import Person
from tests.sync.simulation.ledger import Ledger
from tests.sync.simulation.network import Network
from tests.sync.simulation.phones import PhoneError
from tests.sync.simulation.script import COMMON, PHONES
from tests.sync.simulation.server import Clock

if TYPE_CHECKING:
    from server.core.access import Access
    from tests.sync.simulation.phones import Phones
    from tests.sync.simulation.script import Event, Script
    from tests.sync.simulation.server import Server

Json = dict[str, Any]
YEAR = 365 * 24 * 3600 * 1000
QUIET_ROUNDS = 8


class Failure(AssertionError):
    """The promise is broken."""


class Play:
    """One run of a script."""

    def __init__(self, script: Script, server: Server, phones: Phones) -> None:
        self.script, self.server, self.phones = script, server, phones
        self.ledger = Ledger()
        self.network = Network(server, {"sync": self.sync_meanwhile, "write": self.write_meanwhile})
        self.years = dict.fromkeys(script.phones, 0)
        self.busy: set[str] = set()
        self.access: dict[str, Access] = {}
        self.values = 0
        self.has_changes = any(event[0] in ("assign", "move") for event in script.events)

    def perform(self) -> None:
        """Play the script to its end, and hold everything against the promise."""
        with self.server.determined():
            self.server.begin()
            self.phones.line = self.network.line
            self.phones.tell("reset")
            for phone in self.script.phones:
                self.tick(phone)
                account = self.server.org.accounts[PHONES[phone]]
                device = str(self.server.new_uuid())
                self.phones.tell("open", phone, account=account, device=device)
                self.sync(phone, [], None, check=False)
            for event in self.script.events:
                self.server.advance(20)
                getattr(self, event[0])(*event[1:])
            self.quieten()
            checks.check_end(self)

    def tick(self, phone: str) -> None:
        """Set the phone's clock."""
        now = int(Clock.present.timestamp() * 1000) + self.years.get(phone, 0) * YEAR
        self.phones.tell("clock", phone, now=now)

    def value(self) -> str:
        """Return words that nobody has written yet."""
        self.values += 1
        return f"值{self.values}号"

    def act(self, phone: str, what: str, number: int, _more: int, fault: Event | None) -> None:
        """Let the phone's person do something."""
        self.tick(phone)
        rows = self.phones.tell("show", phone)
        login = PHONES[phone]
        person = Person(login, self.server.org.accounts[login], checks.held_grids(self, phone), rows)
        chosen = person.choose(what, number, self.value())
        if chosen is None:
            return
        self.phones.tell("fault", phone, fault=fault and {"kind": fault[0], "at": fault[1] % 4})
        try:
            for op in self.phones.tell("act", phone, act=chosen):
                self.ledger.note(phone, op, rows)
        except PhoneError as error:
            if fault is None or (phone not in self.phones.dead and error.code != "quota"):
                raise
        self.recover(phone, rows)

    def recover(self, phone: str, rows: list[Json]) -> None:
        """Start the phone again if it died; what it saved without saying so is noted."""
        if phone in self.phones.dead:
            self.phones.tell("restart", phone)
        self.phones.tell("fault", phone, fault=None)
        for op in self.phones.tell("held", phone)["ops"]:
            if op["op_id"] not in self.ledger.written:
                self.ledger.note(phone, op, rows)
        checks.check_phone(self, phone)

    def sync(self, phone: str, lines: list[Event], fault: Event | None, check: bool) -> None:  # noqa: FBT001
        """Let the phone sync over a line that does what is said to its requests."""
        self.tick(phone)
        self.network.plans[phone] = [list(line) for line in lines]
        self.phones.tell("fault", phone, fault=fault and {"kind": fault[0], "at": fault[1]})
        self.busy.add(phone)
        try:
            outcome = self.phones.tell("sync", phone, check=check)
            checks.check_outcome(self, phone, outcome)
        except PhoneError:
            if phone not in self.phones.dead:
                raise
        finally:
            self.busy.discard(phone)
            self.network.plans.pop(phone, None)
        self.recover(phone, [])

    def sync_meanwhile(self, phone: str, _number: int) -> None:
        """Let another phone sync in the midst of a request."""
        if phone not in self.busy:
            self.sync(phone, [], None, check=False)

    def write_meanwhile(self, phone: str, number: int) -> None:
        """Let the phone's person write while its request is under way; the disk is well."""
        if phone not in self.phones.dead:
            self.act_only(phone, COMMON[number % len(COMMON)], number)

    def act_only(self, phone: str, what: str, number: int) -> None:
        """Let the phone's person do something, without a look at the phone afterwards."""
        rows = self.phones.tell("show", phone)
        login = PHONES[phone]
        person = Person(login, self.server.org.accounts[login], checks.held_grids(self, phone), rows)
        chosen = person.choose(what, number % 8, self.value())
        if chosen is not None:
            try:
                for op in self.phones.tell("act", phone, act=chosen):
                    self.ledger.note(phone, op, rows)
            except PhoneError as error:
                if phone not in self.phones.dead and error.code != "quota":
                    raise

    def deliver(self, number: int) -> None:
        """Let a request arrive late; its reply is heard by nobody."""
        if self.network.delayed:
            self.network.deliver(*self.network.delayed.pop(number % len(self.network.delayed)))

    def restart(self, phone: str) -> None:
        """Switch the phone off and on."""
        self.phones.tell("restart", phone)
        checks.check_phone(self, phone)

    def clock(self, phone: str, years: int) -> None:
        """Let the phone's clock be wrong from now on."""
        self.years[phone] = years

    def old(self, phone: str) -> None:
        """Let the phone's app be of the first schema."""
        self.network.old.add(phone)

    def assign(self, cadre: str, grid: str | None) -> None:
        """End the cadre's assignment, and begin another."""
        self.access.clear()
        admin, day = self.server.clients["org_admin"], today().isoformat()
        cadre_id = self.server.org.accounts[cadre]
        for one in admin.get("/api/assignments").get_json()["assignments"]:
            if one["cadre_id"] == cadre_id and one["to_day"] is None:
                answer = admin.post(f"/api/assignments/{one['id']}/end", {"to_day": day})
                assert answer.status_code == 200, answer.get_data(as_text=True)
        if grid is not None:
            new = {"cadre_id": cadre_id, "grid_id": self.server.org.units[grid], "from_day": day}
            answer = admin.post("/api/assignments", new | {"estate_ids": [self.estate(grid)]})
            assert answer.status_code == 201, answer.get_data(as_text=True)

    def estate(self, grid: str) -> str:
        """Return an estate of the grid."""
        return self.server.org.units[grid.replace("grid", "estate")]

    def move(self, number: int, grid: str) -> None:
        """Move a household into a grid."""
        households = [one for one in checks.records(self) if one["type"] == "household" and not one["gone"]]
        if not households:
            return
        rid, scope = households[number % len(households)]["id"], self.server.org.grid(grid)
        with self.server.app.app_context(), writing() as session:
            mover = self.server.org.accounts["org_admin"]
            write_records(session, mover, moves_of(session, [rid], scope))

    def quieten(self) -> None:
        """Let the line be good, and every phone sync until nothing changes any more."""
        while self.network.delayed:
            self.deliver(0)
        for round_number in range(QUIET_ROUNDS):
            before = checks.counters(self)
            for phone in self.script.phones:
                self.server.advance(3600)
                self.sync(phone, [], None, check=round_number == 0)
            if checks.counters(self) == before and round_number > 1:
                return
        raise Failure("the phones never come to rest")
