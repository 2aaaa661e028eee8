"""[Q3] The seal of anonymous answers; the phone's half runs the same vectors."""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from typing import Any

import pytest

from server.rounds import sealing
from sync.anonymous import NotPadded, pad, unpad, week_of
from tests.sync.test_vectors import vectors


@pytest.mark.parametrize("vector", vectors("anonymous"))
def test_q3_an_anonymous_answer_is_sealed_padded_and_of_a_week(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises((NotPadded, sealing.NotSealed)):
            result_of(vector["call"], vector["given"])
    else:
        assert result_of(vector["call"], vector["given"]) == vector["result"]


def result_of(call: str, given: dict[str, Any]) -> object:
    """Return what the vector's call gives."""
    if call == "open":
        sealed, private = b64decode(given["sealed"]), b64decode(given["private"])
        return sealing.opened(sealed, private, given["round"]).decode()
    if call == "padded":
        return len(pad(b"a" * given["length"]))
    return week_of(date.fromisoformat(given["day"]))


@pytest.mark.parametrize("length", [0, 1, 4_011, 4_012])
def test_q3_what_was_sealed_is_opened_and_tells_only_steps(length: int) -> None:
    pair = sealing.new_pair()
    sealed = sealing.seal(b"a" * length, pair.public, "r")
    assert len(sealed) in {4_096, 8_192}
    assert sealing.opened(sealed, pair.private, "r") == b"a" * length


@pytest.mark.parametrize("padded", [b"", b"\0" * 4_014, b"\xff" * 4_015, pad(b"{}")[:-1] + b"1"])
def test_q3_what_is_not_padded_so_is_refused(padded: bytes) -> None:
    with pytest.raises(NotPadded):
        unpad(padded)
