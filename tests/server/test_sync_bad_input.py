"""Bad input: each gets a clear message that names the field, and loses nothing that was good."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from server.core.ids import new_id
from tests.server.phone import Json, Phone, diary

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


MEBIBYTE = 1024 * 1024


def post(phone: Phone, body: bytes, **headers: str) -> TestResponse:
    """Return the answer to a body sent as it stands."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return phone.client.post("/api/sync", data=body, content_type="application/json", headers=named)


def problem_of(answer: TestResponse) -> Json:
    """Return the problem answered."""
    assert answer.mimetype == "application/problem+json"
    found: Json = answer.get_json()
    return found


def raw(phone: Phone, *, patch: tuple[str, str]) -> bytes:
    """Return the body of the outbox with one text in it exchanged."""
    text = json.dumps(phone.body())
    assert patch[0] in text
    return text.replace(*patch).encode()


def test_p10_ten_thousand_ops_are_refused_with_the_limit(phone: Phone) -> None:
    op = {"op_id": new_id(), "n": 1}
    answer = post(phone, orjson.dumps(phone.body([op] * 10_000)))
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"], problem["limit"]) == (413, "too_much", 1000)
    assert "1000" in problem["title"]


def test_p10_a_body_of_50_mib_is_refused_with_the_limit(phone: Phone) -> None:
    plain = post(phone, b" " * (50 * MEBIBYTE))
    over = post(phone, b" " * (8 * MEBIBYTE + 1))
    packed = post(phone, gzip.compress(b" " * (50 * MEBIBYTE)), Content_Encoding="gzip")
    for answer in (plain, over, packed):
        assert (answer.status_code, problem_of(answer)["code"]) == (413, "too_much")
        assert problem_of(answer)["limit"] >= 8 * MEBIBYTE
    assert problem_of(over)["limit"] == problem_of(packed)["limit"] == 8 * MEBIBYTE


def test_p10_a_packed_body_is_read(phone: Phone) -> None:
    phone.create("diary_entry", diary())
    answer = post(phone, gzip.compress(orjson.dumps(phone.body())), Content_Encoding="gzip")
    assert answer.get_json()["results"][0]["status"] == "applied"


@pytest.mark.parametrize(
    "damage", [lambda body: body[:-9], lambda body: b"\x1f\x8b" + body[9:], lambda _: b"{}"]
)
def test_a_damaged_packed_body_is_refused(phone: Phone, damage: Any) -> None:  # noqa: ANN401 - a function
    phone.create("diary_entry", diary())
    packed = gzip.compress(orjson.dumps(phone.body()))
    answer = post(phone, damage(packed), Content_Encoding="gzip")
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "malformed_gzip")


def test_an_unknown_packing_is_refused(phone: Phone) -> None:
    assert post(phone, b"{}", Content_Encoding="zstd").status_code == 415


@pytest.mark.parametrize(
    ("body", "position"), [(b'{"proto":1,', 11), (b"", 0), (b'{"a":\x01}', 5), (b'{"a":"\xff"}', 6)]
)
def test_malformed_json_is_refused_with_the_position(phone: Phone, body: bytes, position: int) -> None:
    answer = post(phone, body)
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"], problem["position"]) == (400, "malformed_json", position)


@pytest.mark.parametrize("depth", [200, 5_000, 400_000])
def test_a_body_nested_too_deep_is_refused(phone: Phone, depth: int) -> None:
    phone.create("diary_entry", diary(later="DEEP"))
    body = raw(phone, patch=('"DEEP"', "[" * depth + "]" * depth))
    assert (post(phone, body).status_code, problem_of(post(phone, body))["code"]) == (400, "too_deep")


def test_p2_an_op_nested_too_deep_is_quarantined_alone(phone: Phone) -> None:
    deep: Any = []
    for _ in range(60):
        deep = [deep]
    phone.create("diary_entry", diary(later=deep))
    phone.create("diary_entry", diary())
    assert [one.get("code") for one in phone.push()] == ["too_deep", None]


INVALID: dict[str, list[tuple[object, str]]] = {
    "narrative": [
        ("字" * 100_000, "情况记录不能超过 20000 个字"),
        ("短", "情况记录至少写 5 个字（未遇除外）"),
    ],
    "visit_date": [
        ("1899-12-31", "走访日期不能早于 2000 年"),
        ("2999-01-01", "走访日期不能晚于"),
        ("2026-02-30", "走访日期应为日期"),
        (20261120, "走访日期应为日期"),
        (None, "走访日期不能为空"),
    ],
    "services": [
        ([], "本次做了什么至少选一项"),
        (["visit", "visit"], "本次做了什么有重复"),
        ("visit", "应为列表"),
    ],
    "channel": [("pigeon", "方式不在可选范围内"), (["in_person"], "方式不在可选范围内")],
    "target_name": [("  ", "对象名称不能为空"), ("名" * 61, "对象名称不能超过 60 个字")],
    "place": [("地" * 2001, "地点不能超过 2000 个字"), (7, "地点应为文字")],
    "household_id": [("7", "走访对象编号不正确")],
    "not_home": [("true", "未遇应为是或否"), (1, "未遇应为是或否")],
    "tz": [(True, "时区应为整数"), (9999, "时区应在 -840 到 840 之间")],
    "recorded_at": [("昨天", "记录时间应为时间")],
}


@pytest.mark.parametrize(
    ("field", "value", "message"), [(field, *case) for field, cases in INVALID.items() for case in cases]
)
def test_a_bad_field_is_named_by_its_chinese_label(
    phone: Phone,
    field: str,
    value: object,
    message: str,
) -> None:
    phone.create("diary_entry", diary(**{field: value}))
    (result,) = phone.push()
    assert (result["status"], result["code"], result["field"]) == ("quarantined", "invalid_field", field)
    assert message in result["message"]
    phone.sync()
    (kept,) = phone.of_type("quarantine")
    assert json.loads(kept["f"]["op"])["set"][field] == value, "kept whole"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("rid", "7"), ("rid", None), ("scope", "grid:7"), ("scope", 7), ("type", "Diary Entry"),
        ("type", None), ("kind", 7), ("set", []), ("set", {}), ("base", {"narrative": 0}),
        ("base", {"narrative": "3"}),
        ("base", {"narrative": 2.5}), ("after", "the one before"), ("wall", 1764000000), ("mono", "soon"),
        ("mono", True),
    ],
)  # fmt: skip
def test_p2_an_op_of_another_shape_is_quarantined_alone(phone: Phone, member: str, value: object) -> None:
    rid = phone.create("diary_entry", diary())
    phone.op("set", "diary_entry", rid, {"narrative": "改了一句话。"}, **{member: value})
    phone.create("diary_entry", diary())
    first, bad, last = phone.push()
    assert (first["status"], last["status"]) == ("applied", "applied")
    assert (bad["code"], bad["field"]) == ("invalid_op", member)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"proto": 2}, "proto_unknown", "proto"),
        ({"schema": "1"}, "invalid_request", "schema"),
        ({"device": "mine"}, "invalid_request", "device"),
        ({"device": new_id().upper()}, "invalid_request", "device"),
        ({"ops": {}}, "invalid_request", "ops"),
        ({"ops": [7]}, "invalid_request", "ops.0"),
        ({"ops": [{"n": 1}]}, "invalid_request", "ops.0.op_id"),
        ({"ops": [{"op_id": new_id(), "n": 0}]}, "invalid_request", "ops.0.n"),
        ({"ops": [{"op_id": new_id(), "n": True}]}, "invalid_request", "ops.0.n"),
        ({"ops": [{"op_id": new_id(), "n": 1e300}]}, "invalid_request", "ops.0.n"),
        ({"scopes": []}, "invalid_request", "scopes"),
        ({"scopes": {"'; DROP TABLE record": 1}}, "invalid_request", "scopes"),
        ({"scopes": {f"grid:{new_id()}": -1}}, "invalid_request", "scopes"),
        ({"scopes": {f"grid:{new_id()}": 1.5}}, "invalid_request", "scopes"),
        ({"scopes": {f"grid:{number:08x}-0000-7000-8000-000000000000": 1 for number in range(2001)}},
         "invalid_request", "scopes"),
    ],
)  # fmt: skip
def test_a_request_of_another_shape_is_refused_naming_the_member(
    phone: Phone, change: Json, code: str, field: str
) -> None:
    answer = post(phone, json.dumps(phone.body() | change).encode())
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["field"].startswith(field)


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"proto"'])
def test_a_request_that_is_no_object_is_refused(phone: Phone, body: bytes) -> None:
    assert post(phone, body).status_code == 422
