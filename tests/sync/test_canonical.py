"""[P6] Canonical JSON: the fast way writes what RFC 8785 says, byte by byte."""

from __future__ import annotations

from typing import Any

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.canonical import canonical, op_text

WIDEST = 2**53 - 1  # beyond it rfc8785 refuses an integer
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(LETTERS, max_size=12) | st.sampled_from(
    [
        "",
        "\0",
        "\x1f",
        "\x7f",
        "\x80",
        '"\\/',
        "\b\f\n\r\t",
        "\u2028",
        "走访",
        "𠮷",
        "\uffff",
        "\U00010000",
        "é",
        "ſ",
    ]
)
NUMBERS = (
    st.integers(-WIDEST, WIDEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        [0, -0.0, 1.0, 0.1, 1e21, 1e-7, 5e-324, 1e20, 123456789012345680000.0, -1, WIDEST, -WIDEST]
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
SEARCH = settings(max_examples=150, deadline=None, derandomize=True)


@SEARCH
@given(JSON)
def test_p6_canonical_text_is_what_another_implementation_writes(value: Any) -> None:  # noqa: ANN401 - any JSON value
    assert canonical(value) == rfc8785.dumps(value)


@SEARCH
@given(st.dictionaries(TEXTS, JSON, max_size=6), st.sampled_from(["set", "键", "\U00010000", "a"]), JSON)
def test_p6_the_text_of_an_op_is_canonical_wherever_the_odd_member_stands(
    op: dict[str, Any], name: str, odd: object
) -> None:  # fmt: skip
    whole = {**op, name: {"narrative": "走访", "odd": [odd]}, "prev_hash": "0" * 64}
    whole.pop("hash", None)
    text = op_text(whole | {"hash": "left out"}, "0" * 64)
    assert text == rfc8785.dumps(whole)
