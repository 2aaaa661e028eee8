"""The plays of sync/vectors/peers.json: what phones do, step by step, with the real server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from server.core.days import today
from server.core.ids import new_id
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

GRID, ESTATE = "grid1", "estate1"
WHOLE = {"diary_entry": diary, "household": household}


class Play:
    """Phones by their names in the play, records by theirs, and answers on their way."""

    def __init__(self, given: Json, sign_in: SignIn, org: Organisation) -> None:
        """Sign everybody in; all of them write in one grid."""
        self.sign_in, self.org, self.given = sign_in, org, given
        self.phones = {
            name: Phone(sign_in(account), org.grid(GRID)) for name, account in given["accounts"].items()
        }
        self.ids: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.answers: dict[str, Json] = {}

    def run(self) -> None:
        """Take every step."""
        for step in self.given["steps"]:
            act = getattr(self, f"do_{step['do']}")
            for turn in range(step.get("times", 1)):
                act(self.numbered(step, turn))

    def numbered(self, value: Any, turn: int) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value with the turn in place of `{i}`, and ids in place of `@record`."""
        if isinstance(value, dict):
            return {self.numbered(name, turn): self.numbered(one, turn) for name, one in value.items()}
        if isinstance(value, str):
            return self.id_of(value[1:]) if value.startswith("@") else value.replace("{i}", str(turn))
        return value

    def id_of(self, record: str) -> str:
        """Return the id of the record, which may not be there yet."""
        return self.ids.setdefault(record, new_id())

    def do_create(self, step: Json) -> None:
        """Create a record that has these fields besides the required ones."""
        self.types[step["record"]] = step["type"]
        fields = WHOLE[step["type"]](**step["set"])
        if step["set"].get("household_id"):
            del fields["target_name"]
        self.phones[step["phone"]].create(step["type"], fields, rid=self.id_of(step["record"]))

    def do_set(self, step: Json) -> None:
        """Set fields of a record."""
        record = step["record"]
        self.phones[step["phone"]].set(self.types[record], self.id_of(record), step["set"])

    def do_delete(self, step: Json) -> None:
        """Delete a record."""
        record = step["record"]
        self.phones[step["phone"]].delete(self.types[record], self.id_of(record))

    def do_send(self, step: Json) -> None:
        """Send the outbox, or these ops of it in this order; the answer is on its way."""
        phone = self.phones[step["phone"]]
        ops = [phone.outbox[place] for place in step.get("ops", range(len(phone.outbox)))]
        answer = phone.post(ops)
        if "error" in step:
            assert answer.get_json()["code"] == step["error"]
            return
        assert answer.status_code == 200
        self.answers[step["phone"]] = answer.get_json()
        self.expect(step, answer.get_json())

    def do_receive(self, step: Json) -> None:
        """Receive the answer that is on its way."""
        answer = self.answers.pop(step["phone"])
        self.expect(step, answer)
        self.phones[step["phone"]].apply(answer)

    def do_lose(self, step: Json) -> None:
        """Lose the answer that is on its way."""
        del self.answers[step["phone"]]

    def do_sync(self, step: Json) -> None:
        """Send the outbox and read everything."""
        self.expect(step, self.phones[step["phone"]].sync())

    def do_resend(self, step: Json) -> None:
        """Put the words of each op that was refused into a new one, and say so (rule P11)."""
        phone = self.phones[step["phone"]]
        for refused in phone.of_type("quarantine"):
            op = orjson.loads(refused["f"]["op"])
            phone.op(op["kind"], op["type"], op["rid"], op["set"])
            phone.set("quarantine", refused["id"], {"settled": "resent"}, scope=refused["scope"])

    def do_take(self, step: Json) -> None:
        """Take everything that was handed over (rule P13)."""
        phone = self.phones[step["phone"]]
        for waiting in phone.of_type("handover"):
            phone.set("handover", waiting["id"], {"state": "taken"})

    def do_unassign(self, step: Json) -> None:
        """Take his grid from a cadre."""
        assignment = self.org.assignments[step["account"]]
        ended = self.sign_in("org_admin").post(
            f"/api/assignments/{assignment}/end", {"to_day": today().isoformat()}
        )
        assert ended.status_code == 200, ended.get_data(as_text=True)

    def do_assign(self, step: Json) -> None:
        """Give a cadre the grid."""
        body = {
            "cadre_id": self.org.accounts[step["account"]],
            "grid_id": self.org.units[step["grid"]],
            "estate_ids": [self.org.units[ESTATE]],
            "from_day": today().isoformat(),
            "reason": "熟悉情况",
        }
        made = self.sign_in("org_admin").post("/api/assignments", body)
        assert made.status_code == 201, made.get_data(as_text=True)

    def expect(self, step: Json, answer: Json) -> None:
        """Hold the results against what the step says of them: the code, or else the status."""
        if "statuses" in step:
            assert [one.get("code", one["status"]) for one in answer["results"]] == step["statuses"]
