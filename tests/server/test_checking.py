"""The compiled check takes exactly what the schema takes, for every registered type."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields

from server.core.checking import check, is_taken
from server.core.days import today
from server.core.documents import Choice, Choices, Document, Text, first_error
from server.core.errors import BadInput
from server.sync.registry import TYPES
from tests.server.phone import Json, diary, household, problem, response, review

NIL = "00000000-0000-7000-8000-000000000000"
HASH = "0" * 64
SIDE = {"value": None, "account": NIL, "device": NIL, "wall": "昨天", "received": "2026-11-24T09:30:00Z"}
GOOD: dict[str, Json] = {
    "household": household(
        members=[{"key": "a", "name": "张伟", "birth_year": 1950}, {"key": "b", "name": "李娜"}],
        care_tags=["disabled", "orphan"],
        members_count=0,
    ),
    "diary_entry": diary(
        not_home=False,
        topics=[],
        household_id=NIL,
        tz=480,
        photos=[{"key": HASH, "thumb": HASH, "bytes": 1, "width": 1, "height": 1, "device": NIL}],
    ),
    "problem": problem(
        due_on="2100-12-31", milestones=[{"key": "m", "text": "先修", "due_on": "2026-12-01"}]
    ),
    "review": review(NIL, seen={"narrative": "走访"}, comments=[{"field": "narrative", "text": "再问一句"}]),
    "conflict": {
        "record_type": "household",
        "record_id": NIL,
        "field": "note",
        "shown": SIDE,
        "other": SIDE,
        "state": "open",
        "settled": "shown",
        "note": "已问过",
    },
    "handover": {
        "of_type": "diary_entry",
        "rid": NIL,
        "account": NIL,
        "device": NIL,
        "reason": "scope_lost",
        "ops": [
            {
                "op_id": NIL,
                "n": 1,
                "kind": "create",
                "set": {"narrative": "走访"},
                "wall": "昨天",
                "received_at": "2026-11-24T09:30:00Z",
            }
        ],
        "state": "waiting",
    },
    "survey_round": {
        "round_id": NIL,
        "unit_id": NIL,
        "title": "社区服务满意度",
        "mode": "respondent_chooses",
        "anonymous_unit": "community",
        "opens": "2026-11-20",
        "closes": "2026-12-20",
        "state": "open",
        "version_id": NIL,
        "form_sha256": HASH,
        "media": [{"name": "门.jpg", "sha256": HASH}],
        "public_key": "BA",
    },
    "survey_response": response(NIL, household_id=NIL, reply_wanted=True),
    "quarantine": {
        "op": "{}",
        "op_id": NIL,
        "device": NIL,
        "n": 1,
        "account": NIL,
        "code": "invalid_field",
        "message": "情况记录不能为空",
        "received_at": "2026-11-24T09:30:00Z",
        "settled": "resent",
        "handled": True,
    },
}
NASTY: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 0.5, 2**31 - 1, 2**31, 2**63, -(2**31), float("nan"), float("inf"),
    "", " ", "　", "a", "\0", "好\0", "\ud800", "好\udfff", "好" * 36, "好" * 37, "好" * 60, "好" * 61,
    "好" * 600, "好" * 601, "好" * 2000, "好" * 2001, "好" * 20_000, "好" * 20_001, "𠮷" * 60, " a ",
    NIL, NIL.upper(), NIL + "0", f" {NIL}", HASH, HASH[1:], "A" * 64, f"{HASH}\n",
    "2026-11-24", "2026-2-3", "2026-02-30", "1999-12-31", "2000-01-01", "2100-12-31", "2101-01-01",
    "9999-12-31", "２０２６-11-24", "2026-11-24\n", "20261124",
    str(today()), str(today() + timedelta(1)), str(today() + timedelta(2)),
    "2026-11-24T09:30:00Z", "2026-11-24T09:30:00", "2026-11-24T09:30:00+08:00", "2026-11-24T25:30:00Z",
    "2026-11-24T09:30:00.1Z", "2026-11-24T09:30:00.1234567Z", "0000-11-24T09:30:00Z",
    "2026-11-24T09:30:00+99:00",
    [], {}, [None], [[]], [{}], ["visit"], ["visit", "visit"], ["visit", 1], [True], ["nothing"], [NIL],
    {"key": "a"}, [{"key": "a"}], [{"key": "a", "name": "b"}], [{"key": "a", "name": "b", "more": [{}]}],
    [{"key": "a", "name": "b"}] * 2, [{"key": ["a"], "name": "b"}], [{"key": "a", "name": "b" * 61}],
    [{"key": str(number), "name": "b"} for number in range(200)],
    [{"key": str(number), "name": "b"} for number in range(201)],
    [{"key": "m", "text": "t", "due_on": "2026-12-01", "done_on": None}], [{"field": "x", "text": None}],
    SIDE, SIDE | {"value": 1}, SIDE | {"wall": None}, {name: SIDE[name] for name in SIDE if name != "value"},
    (), ("visit",), b"visit", {"visit"}, 10**400,
    {"deep": {"deep": [1, {"deep": None}]}},
]  # fmt: skip
SEARCH = settings(max_examples=120, deadline=None, derandomize=True)
SCHEMAS = {name: record_type.schema for name, record_type in TYPES.items()}


def agree(schema: Schema, document: object) -> None:
    """Demand the same answer of both, whole and partial."""
    for partial in (False, True):
        is_right = first_error(schema, document, partial=partial) is None
        assert is_taken(schema, document, partial=partial) is is_right, (partial, document)


def test_there_is_a_good_document_of_every_registered_type() -> None:
    assert GOOD.keys() == TYPES.keys()
    for name, document in GOOD.items():
        assert is_taken(SCHEMAS[name], document), first_error(SCHEMAS[name], document)


@pytest.mark.parametrize("name", TYPES)
def test_both_agree_on_every_nasty_value_in_every_field(name: str) -> None:
    for field in (*SCHEMAS[name].fields, "unknown", "", "键"):
        for value in NASTY:
            agree(SCHEMAS[name], GOOD[name] | {field: value})


@pytest.mark.parametrize("name", TYPES)
def test_both_agree_on_every_nasty_value_in_every_item(name: str) -> None:
    for field, value in GOOD[name].items():
        items = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
        for inner in (item for item in items if isinstance(item, dict)):
            for member in (*inner, "unknown"):
                for nasty in NASTY:
                    item = inner | {member: nasty}
                    agree(SCHEMAS[name], GOOD[name] | {field: [item] if isinstance(value, list) else item})


@pytest.mark.parametrize("name", TYPES)
def test_both_agree_on_what_lacks_a_field_and_on_what_is_no_object(name: str) -> None:
    for field in GOOD[name]:
        agree(SCHEMAS[name], {key: value for key, value in GOOD[name].items() if key != field})
    for document in NASTY:
        if isinstance(document, str | int | float | list | dict) or document is None:
            agree(SCHEMAS[name], document)


JSON = st.recursive(
    st.sampled_from(NASTY) | st.text() | st.integers() | st.floats() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["key", "name", "text", "x"]), inner)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", TYPES)
@SEARCH
@given(data=st.data())
def test_both_agree_on_whatever_is_found(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    changed = data.draw(st.dictionaries(st.sampled_from([*schema.fields, "unknown"]), JSON, max_size=4))
    dropped = data.draw(st.sets(st.sampled_from(list(GOOD[name])), max_size=2))
    agree(schema, {key: value for key, value in (GOOD[name] | changed).items() if key not in dropped})


class Strange(Document):
    """A schema with a field of a type that isn't known to the compiler."""

    label = Text("名称", 10, required=True)
    email = fields.Email(metadata={"label": "邮箱"})


def test_a_field_that_cannot_be_compiled_asks_the_schema() -> None:
    assert is_taken(Strange(), {"label": "好"})
    assert not is_taken(Strange(), {"label": "好", "email": "a@example.org"})
    check(Strange(), {"label": "好", "email": "a@example.org"})
    with pytest.raises(BadInput, match="邮箱"):
        check(Strange(), {"label": "好", "email": "a"})


def test_the_refusal_is_the_schemas_own() -> None:
    with pytest.raises(BadInput) as refusal:
        check(SCHEMAS["household"], GOOD["household"] | {"members": [{"key": "a", "name": " "}]})
    assert (refusal.value.code, refusal.value.field) == ("invalid_field", "members")
    assert refusal.value.message == "家庭成员第 1 项：姓名不能为空"


@pytest.mark.parametrize("name", TYPES)
def test_no_field_of_a_registered_type_needs_the_schema_for_a_yes(name: str) -> None:
    """A field that fell back would be slow in silence."""
    for field, made in SCHEMAS[name].fields.items():
        words = made.values if isinstance(made, Choice | Choices) else ()
        values = [*NASTY, GOOD[name].get(field), *words, *([word] for word in words)]
        assert any(
            value is not None and is_taken(SCHEMAS[name], {field: value}, partial=True) for value in values
        ), field
