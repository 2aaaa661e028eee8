"""Properties: whatever two phones do, in whatever order it arrives, no value is lost (P4, M1 to M6)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.contacts.schemas import CARE_TAGS
from tests.server.phone import Json, Phone, household

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

# More examples for a long search: MINQING_EXAMPLES=2000 pytest …
EXAMPLES = int(os.environ.get("MINQING_EXAMPLES", "40"))
SEARCH = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="MINQING_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has records of its own
)
PHONES = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("write"), PHONES, st.sampled_from(["note", "phone"])),
    st.tuples(st.just("clear"), PHONES, st.sampled_from(["note", "phone"])),
    st.tuples(st.just("toggle"), PHONES, st.sampled_from(CARE_TAGS[:3])),
    st.tuples(st.just("employ"), PHONES, st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("dismiss"), PHONES, st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("sync"), PHONES, st.none()),
    st.tuples(st.just("lost_reply"), PHONES, st.integers(1, 6)),
    st.tuples(st.just("replay"), PHONES, st.integers(1, 6)),
)


@dataclass
class Play:
    """Two phones and one household, with a note of who saw what when he wrote."""

    phones: list[Phone]
    rid: str
    sent: list[list[Json]] = field(default_factory=lambda: [[], []])
    written: list[tuple[str, Any]] = field(default_factory=list)
    superseded: set[tuple[str, Any]] = field(default_factory=set)
    numbers: count[int] = field(default_factory=count)

    def shown(self, phone: Phone) -> Json:
        """Return the household as the phone shows it: pulled, with the outbox laid over it."""
        fields = dict(phone.records[self.rid]["f"])
        for op in phone.outbox:
            fields |= op["set"]
        return {name: value for name, value in fields.items() if value is not None}

    def put(self, phone: Phone, name: str, value: object) -> None:
        """Write a field on the phone."""
        self.sent[self.phones.index(phone)].append(phone.set("household", self.rid, {name: value}))

    def step(self, action: str, which: int, argument: Any) -> None:  # noqa: ANN401 - of the action
        """Take one step."""
        phone = self.phones[which]
        if action == "sync":
            phone.sync()
        elif action == "lost_reply":
            if phone.outbox:
                phone.push(phone.outbox[:argument])
        elif action == "replay":
            known = self.sent[which][: phone.n - len(phone.outbox)]
            if known:
                assert {one["status"] for one in phone.push(known[:argument])} == {"duplicate"}
        else:
            getattr(self, action)(phone, argument)

    def write(self, phone: Phone, name: str) -> None:
        """Write a value that nobody else writes."""
        self.supersede(name, self.shown(phone).get(name))
        value = f"值 {next(self.numbers)}"
        self.written.append((name, value))
        self.put(phone, name, value)

    def clear(self, phone: Phone, name: str) -> None:
        """Clear the field."""
        self.supersede(name, self.shown(phone).get(name))
        self.put(phone, name, None)

    def supersede(self, name: str, value: object) -> None:
        """Note that someone who saw the value has written another."""
        if value is not None:
            self.superseded.add((name, value))

    def toggle(self, phone: Phone, tag: str) -> None:
        """Take the tag out where it is shown, else put it in."""
        tags = self.shown(phone).get("care_tags", [])
        if tag in tags:
            self.superseded.add(("care_tags", tag))
            self.put(phone, "care_tags", [one for one in tags if one != tag])
        else:
            self.written.append(("care_tags", tag))
            self.put(phone, "care_tags", [*tags, tag])

    def employ(self, phone: Phone, key: str) -> None:
        """Give the member a job that nobody else has."""
        members = {one["key"]: one for one in self.shown(phone).get("members", [])}
        self.supersede("job", members.get(key, {}).get("job"))
        job = f"工作 {next(self.numbers)}"
        self.written.append(("job", job))
        members[key] = {"key": key, "name": key, "job": job}
        self.put(phone, "members", list(members.values()))

    def dismiss(self, phone: Phone, key: str) -> None:
        """Take the member out."""
        members = {one["key"]: one for one in self.shown(phone).get("members", [])}
        if key in members:
            self.supersede("job", members.pop(key)["job"])
            self.put(phone, "members", list(members.values()))

    def settle(self) -> Json:
        """Return the household after both phones have sent and read everything."""
        for phone in (*self.phones, *self.phones):
            phone.sync()
        one, two = self.phones
        assert not one.outbox
        assert not two.outbox
        assert one.records[self.rid] == two.records[self.rid]
        assert not [kept for kept in one.of_type("quarantine") if self.rid in kept["f"]["op"]]
        found: Json = one.records[self.rid]["f"]
        return found

    def kept(self, fields: Json) -> set[tuple[str, Any]]:
        """Return every value that the household or one of its conflicts shows."""
        values: set[tuple[str, Any]] = {(name, fields[name]) for name in ("note", "phone") if name in fields}
        values |= {("care_tags", tag) for tag in fields.get("care_tags", [])}
        values |= {("job", member["job"]) for member in fields.get("members", [])}
        for conflict in self.phones[0].of_type("conflict"):
            if conflict["f"]["record_id"] == self.rid:
                for side in ("shown", "other"):
                    value = conflict["f"][side]["value"]
                    is_item = isinstance(value, dict)
                    values.add(("job", value["job"]) if is_item else (conflict["f"]["field"], value))
        return values


class Stage:
    """Opens plays on two phones that begin where the last play ended."""

    def __init__(self, sign_in: SignIn, org: Organisation) -> None:
        self.scope = org.grid("grid1")
        self.clients = [sign_in("cadre1"), sign_in("cadre1")]
        self.cursors: dict[str, int] = {}

    def open(self) -> Play:
        """Return a play about a new household that both phones have read."""
        phones = [Phone(client, self.scope) for client in self.clients]
        for phone in phones:
            phone.cursors = dict(self.cursors)
        play = Play(phones, phones[0].create("household", household()))
        play.sent[0] += phones[0].outbox
        for phone in phones:
            phone.sync()
        return play

    def close(self, play: Play) -> None:
        """Begin the next play where this one ended."""
        self.cursors = dict(play.phones[0].cursors)


@pytest.fixture
def stage(sign_in: SignIn, org: Organisation) -> Stage:
    """Return the stage."""
    return Stage(sign_in, org)


@SEARCH
@given(steps=st.lists(STEPS, min_size=1, max_size=25))
def test_m_no_value_is_lost_whatever_two_phones_do(stage: Stage, steps: list[tuple[str, int, Any]]) -> None:
    play = stage.open()
    for step in steps:
        play.step(*step)
    fields = play.settle()
    stage.close(play)
    lost = set(play.written) - play.kept(fields) - play.superseded
    assert not lost


@SEARCH
@given(
    steps=st.lists(STEPS, min_size=1, max_size=12),
    cuts=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5),
)
def test_p4_any_part_again_any_number_of_times_gives_the_same_state(
    stage: Stage, steps: list[tuple[str, int, Any]], cuts: list[tuple[int, int]]
) -> None:
    play = stage.open()
    for step in steps:
        play.step(*step)
    play.settle()
    stage.close(play)
    for phone, ops in zip(play.phones, play.sent, strict=True):
        for start, end in cuts:
            if part := ops[start:end]:
                assert {one["status"] for one in phone.push(part[::-1])} == {"duplicate"}
        assert phone.sync()["scopes"] == [], "nothing has changed for anyone"
