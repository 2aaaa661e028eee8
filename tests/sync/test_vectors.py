"""The vectors of sync/vectors, which the TypeScript half runs as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sync
from sync.canonical import GENESIS, canonical, chain, op_hash, op_text

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
