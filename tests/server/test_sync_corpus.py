"""Requests of every schema that ever was, replayed as they were recorded (rule P15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import select

from server.core.database import db, reading, writing
from server.sync.models import Op
from server.sync.verify import verify
from sync import upcast as upcasting
from sync.messages import KINDS, SCHEMA
from tests.server import corpus, organisation
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

FILES = sorted(corpus.FOLDER.glob("schema*.json"))


def test_p15_every_schema_is_recorded() -> None:
    assert [corpus.read(path).schema for path in FILES] == list(range(1, SCHEMA + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_p15_a_recorded_schema_gives_what_it_gave(app: Flask, path: Path) -> None:
    recorded = corpus.read(path)
    with app.app_context(), writing() as session:
        organisation.build(session, recorded.ids)
    assert corpus.replay(app, recorded) == recorded.results
    assert corpus.stored(app) == recorded.records
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []
        assert set(session.scalars(select(Op.schema))) == {recorded.schema}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_p15_a_corpus_has_every_kind_and_every_outcome(path: Path) -> None:
    recorded = corpus.read(path)
    ops = [op for request in recorded.requests for op in request["body"]["ops"]]
    assert {op["kind"] for op in ops} == set(KINDS) - {"move"}
    assert {"household", "diary_entry", "problem", "review"} <= {op["type"] for op in ops}
    outcomes = {one for results in recorded.results for one in results}
    assert {"applied", "merged", "conflict", "invalid_field", "unknown_kind", "unknown_type"} <= outcomes


def renamed(op: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the op of schema 1 as a later one that calls `where` `place` would have it."""
    changed = {**op}
    for member in ("set", "base"):
        if isinstance(op.get(member), dict) and "where" in op[member]:
            changed[member] = {
                "place" if name == "where" else name: value for name, value in op[member].items()
            }
    return changed


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch, sign_in: SignIn, org: Organisation) -> Phone:
    """Return a phone of schema 1, where two later schemas came after it and one renamed a field."""
    monkeypatch.setattr(upcasting, "STEPS", {1: lambda op: op, 2: renamed})
    monkeypatch.setattr(upcasting, "SCHEMA", 3)
    return Phone(sign_in("cadre1"), org.grid("grid1"))


def test_p15_old_ops_are_up_cast_but_kept_as_they_were_sent(app: Flask, old: Phone) -> None:
    rid = old.create("diary_entry", diary(where="村口", unknown=[1]))
    first: list[Json] = list(old.outbox)
    old.push(schema=1)
    old.set("diary_entry", rid, {"where": "家里"})
    old.push(old.outbox[1:], schema=1)
    assert [one["status"] for one in old.push(first, schema=1)] == ["duplicate"], "hashed as it was sent"
    old.sync()
    entry = old.records[rid]
    assert (entry["f"]["place"], entry["f"]["unknown"], entry["s"]) == ("家里", [1], {"place": 2})
    assert "where" not in entry["f"]
    assert [version["set"].get("place") for version in entry["h"]] == ["村口", "家里"]
    with app.app_context():
        bodies = [orjson.loads(body) for body in db.session.scalars(select(Op.body).order_by(Op.n))]
        assert [body["set"]["where"] for body in bodies] == ["村口", "家里"]
    with app.app_context(), reading() as session:
        assert verify(session, lambda _what, _done, _total: None).findings == []


def test_p15_what_an_old_phone_wrote_meets_a_new_one_s_value(
    old: Phone, sign_in: SignIn, org: Organisation
) -> None:
    new = Phone(sign_in("cadre1"), org.grid("grid1"))
    rid = old.create("diary_entry", diary(where="村口"))
    old.push(schema=1)
    new.sync()
    new.set("diary_entry", rid, {"place": "村委会"})
    new.sync()
    old.op("set", "diary_entry", rid, {"where": "家里"}, base={"where": 1})
    assert [one["status"] for one in old.push(old.outbox[1:], schema=1)] == ["conflict"]
    new.sync()
    (conflict,) = new.of_type("conflict")
    assert conflict["f"]["field"] == "place"
    assert {conflict["f"][side]["value"] for side in ("shown", "other")} == {"村委会", "家里"}


def test_p15_a_newer_schema_is_kept_whole(sign_in: SignIn, org: Organisation) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    phone.create("household", household())
    (result,) = phone.push(schema=SCHEMA + 1)
    assert (result["status"], result["code"]) == ("quarantined", "schema_too_new")
    phone.sync()
    (kept,) = phone.of_type("quarantine")
    assert orjson.loads(kept["f"]["op"])["set"] == household()
