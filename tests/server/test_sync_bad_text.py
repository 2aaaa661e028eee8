"""What a database can't store: it quarantines its own op only, on SQLite as on PostgreSQL."""

from __future__ import annotations

import json

import pytest

from sync.canonical import op_hash, op_text
from tests.server.databases import config
from tests.server.phone import Phone, diary, household
from tests.server.test_sync_bad_input import post, raw

__all__ = ["config"]


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e999", '"\\ud800"', '"\\u0000"', '{"\\udfff":1}'])
@pytest.mark.parametrize("field", ["narrative", "unknown_to_us"])
def test_p2_what_cannot_be_stored_quarantines_only_its_op(phone: Phone, text: str, field: str) -> None:
    good = phone.create("diary_entry", diary())
    phone.create("diary_entry", diary(**{field: "BAD"}))
    after = phone.create("diary_entry", diary())
    bad = phone.outbox[1] | {"set": phone.outbox[1]["set"] | {field: json.loads(text)}}
    phone.outbox[2]["prev_hash"] = op_hash(op_text(bad, bad["prev_hash"]))
    answer = post(phone, raw(phone, patch=('"BAD"', text)))
    results = answer.get_json()["results"]
    assert [one["status"] for one in results] == ["applied", "quarantined", "applied"]
    assert (results[1]["code"], results[1]["field"]) == ("invalid_text", field)
    assert "不允许的字符" in results[1]["message"]
    phone.outbox = []  # It holds the op as it was before the text was exchanged.
    phone.sync()
    assert {one["id"] for one in phone.of_type("diary_entry")} == {good, after}
    (kept,) = phone.of_type("quarantine")
    assert json.loads(kept["f"]["op"])["rid"] == bad["rid"]


def test_p2_the_text_backslash_u0000_is_a_text(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary(narrative=r"抄写了 \u0000 这几个字符"))
    phone.sync()
    assert phone.records[rid]["f"]["narrative"] == r"抄写了 \u0000 这几个字符"


def test_an_op_over_1_mib_is_quarantined_alone_and_kept(phone: Phone) -> None:
    phone.create("household", household(later="字" * 400_000))
    phone.create("household", household())
    assert [one.get("code") for one in phone.push()] == ["op_too_large", None]
    phone.sync()
    assert not phone.outbox


def test_an_integer_beyond_64_bits_is_the_double_that_a_phone_reads(phone: Phone) -> None:
    rid = phone.create("diary_entry", diary(later="BIG", lone="OTHER"))
    phone.create("diary_entry", diary(narrative="孤立的代理项 LONE"))
    body = json.dumps(phone.body([phone.outbox[0]])).replace('"BIG"', "1" + "0" * 30)
    assert post(phone, body.encode()).get_json()["results"][0]["status"] == "applied"
    with_lone = json.dumps(phone.body()).replace("LONE", "\\ud800").replace('"BIG"', "1" + "0" * 30)
    codes = [
        one.get("code") or one["status"] for one in post(phone, with_lone.encode()).get_json()["results"]
    ]
    assert codes == ["duplicate", "chain_broken"]
    phone.outbox = []
    phone.sync()
    assert phone.records[rid]["f"]["later"] == 1e30
