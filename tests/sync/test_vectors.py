"""The vectors of sync/vectors, which the TypeScript half runs as well."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import sync
from sync.canonical import GENESIS, canonical, chain, op_hash, op_text
from sync.diff3 import merge_prose
from sync.digest import digest
from sync.merge import Change, Past, Record, RecordGone, merge, needed

VECTORS = Path(sync.__file__ or "").parent / "vectors"


def vectors(name: str) -> list[Any]:
    """Return a file's vectors, each named by its rule and description."""
    cases = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return [pytest.param(case, id=f"{case['rule']} {case['description']}") for case in cases]


@pytest.mark.parametrize("vector", vectors("canonical"))
def test_p6_canonical_json_is_one_text_for_one_value(vector: dict[str, Any]) -> None:
    value = json.loads(vector["given"]["text"])
    if "error" in vector:
        with pytest.raises(ValueError, match="finite"):
            canonical(value)
    else:
        assert canonical(value).decode() == vector["result"]


@pytest.mark.parametrize("vector", vectors("chain"))
def test_p6_hashes_chain_the_ops(vector: dict[str, Any]) -> None:
    given = vector["given"]
    if vector["call"] == "op_hash":
        op = json.loads(given["text"])
        assert op_hash(op_text(op, op["prev_hash"])) == vector["result"]
    else:
        ops = [json.loads(text) for text in given["texts"]]
        assert chain(ops, given["prev_hash"]) == vector["result"]


def test_p6_the_first_prev_hash_is_64_zeros() -> None:
    assert GENESIS == "0" * 64


@pytest.mark.parametrize("vector", vectors("digest"))
def test_l8_the_digest_is_one_on_both_sides(vector: dict[str, Any]) -> None:
    assert digest(vector["given"]["records"]) == vector["result"]


@pytest.mark.parametrize("vector", vectors("diff3"))
def test_m9_paragraphs_are_merged_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert merge_prose(**vector["given"]) == vector.get("result")
    assert ("result" in vector) != (vector.get("error") == "conflict")


def merged(given: dict[str, Any]) -> dict[str, Any]:
    """Return the outcome of the merge as the vectors write it."""
    change = Change(**given["op"])
    history = {int(rev): Past(**past) for rev, past in given["history"].items()}
    try:
        found = merge(Record(**given["record"]), change, history, given["keyed"])
    except RecordGone:
        return {"error": "record_gone"}
    conflicts = [asdict(conflict) for conflict in found.conflicts]
    rest = {"status": found.status, "conflicts": conflicts, "effect": found.effect}
    return {"result": asdict(found.record) | rest}


@pytest.mark.parametrize("vector", vectors("merge"))
def test_m_the_merge_does_what_the_vectors_say(vector: dict[str, Any]) -> None:
    given = json.loads(json.dumps(vector["given"]))
    expected = {name: vector[name] for name in ("result", "error") if name in vector}
    assert merged(given) == expected
    assert given == vector["given"], "the merge is pure: it changes nothing it is given"


@pytest.mark.parametrize("vector", vectors("merge"))
def test_m_the_merge_asks_only_for_the_revisions_it_names(vector: dict[str, Any]) -> None:
    given = vector["given"]
    record, change = Record(**given["record"]), Change(**given["op"])
    asked = {str(rev) for rev in needed(record, change, given["keyed"])}
    own = {rev for rev, past in given["history"].items() if past["device"] == change.device and change.after}
    fewer = {rev: past for rev, past in given["history"].items() if rev in asked | own}
    assert merged(given | {"history": fewer}) == merged(given)
