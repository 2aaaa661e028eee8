"""Properties of the merge of prose (rule M9): no paragraph of either side disappears in silence."""

from __future__ import annotations

from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.diff3 import merge_prose, paragraphs

PARAGRAPHS = st.lists(st.sampled_from(["甲", "乙", "丙", ""]), max_size=7)
EDITS = st.sampled_from(["keep"] * 5 + ["change", "drop", "add", "copy"])
SEARCH = settings(max_examples=400, deadline=None, derandomize=True)


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return a text and what two sides have made of it by changing some of its paragraphs."""
    base = draw(PARAGRAPHS)
    numbers = count()
    sides = []
    for _ in range(2):
        side: list[str] = []
        for line in base:
            edit = draw(EDITS)
            side += {
                "keep": [line],
                "change": [f"新{next(numbers)}"],
                "drop": [],
                "add": [line, f"新{next(numbers)}"],
                "copy": [line, line],
            }[edit]
        sides.append("\n".join(side))
    return "\n".join(base), sides[0], sides[1]


@SEARCH
@given(versions())
def test_m9_no_paragraph_of_either_side_disappears_without_a_conflict(texts: tuple[str, str, str]) -> None:
    merged = merge_prose(*texts)
    if merged is None:
        return
    base, here, there, left = (set(paragraphs(text)) - {""} for text in (*texts, merged))
    assert (here | there) - base <= left, "what either side wrote is there"
    assert here & there <= left, "what both sides left is there"
    assert left <= here | there, "nothing is there that neither side has"


@SEARCH
@given(versions())
def test_m9_it_is_no_matter_which_side_came_first(texts: tuple[str, str, str]) -> None:
    base, here, there = texts
    one, other = merge_prose(base, here, there), merge_prose(base, there, here)
    assert (one is None) == (other is None)
    assert paragraphs(one or "") == paragraphs(other or "")


@SEARCH
@given(versions())
def test_m9_a_side_that_changed_nothing_takes_the_other_one(texts: tuple[str, str, str]) -> None:
    base, here, _ = texts
    assert paragraphs(merge_prose(base, base, here) or "") == paragraphs(here)
    assert paragraphs(merge_prose(base, here, base) or "") == paragraphs(here)
    assert paragraphs(merge_prose(base, here, here) or "") == paragraphs(here)


def test_m9_a_long_text_of_equal_lines_is_merged_as_one_change() -> None:
    base = "\n".join(f"{number % 3}" for number in range(900))
    turned = "\n".join(f"{number % 2}" for number in range(900))
    assert merge_prose(f"头\n{base}\n尾", f"头改\n{base}\n尾", f"头\n{turned}\n尾") == f"头改\n{turned}\n尾"
    assert merge_prose(base, turned, f"{base}\n尾") is not None
    assert merge_prose(base, turned, base.replace("2", "3", 1)) is None
