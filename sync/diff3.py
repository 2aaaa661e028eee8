"""Three-way merge of prose by paragraphs (rule M9).

It works on hunks, the runs of paragraphs that one side changed: hunks of both sides that meet in
the same paragraphs are a conflict, hunks side by side are not. (merge3, the kept library for
this, is under the GPL, and takes neighbours for a conflict.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_PARAGRAPHS = 200  # between the common ends; the time of comparing can grow with their cube
LINE_END = re.compile(r"\r?\n")


class Hunk(NamedTuple):
    """The base's paragraphs [start, end), for which one side has `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def adds(self) -> bool:
        """Return whether there are more paragraphs after it than before."""
        return len(self.lines) > self.end - self.start

    def clashes(self, other: Hunk) -> bool:
        """Return whether the two can't both be done: they overlap, or both add at one place."""
        if self == other:
            return False
        if max(self.start, other.start) < min(self.end, other.end) or self.parts(other) or other.parts(self):
            return True
        touches = self.end == other.start or other.end == self.start
        return touches and self.adds and other.adds

    def parts(self, other: Hunk) -> bool:
        """Return whether it is put in between two paragraphs of the other."""
        return other.start < self.start == self.end < other.end


def merge_prose(base: str, current: str, incoming: str) -> str | None:
    """Return the text with the changes of both sides; None where they clash.

    The paragraphs are compared without their line ends, which become the current text's. How many
    empty lines end the text is no matter to clash over: what the incoming one changed it to holds.
    """
    texts = (base, current, incoming)
    old, here, there = map(paragraphs, texts)
    ours, theirs = hunks(old, here), hunks(old, there)
    if any(one.clashes(other) for one in ours for other in theirs):
        return None
    merged = list(applied(old, sorted({*ours, *theirs})))
    if set(here) & set(there) - {"", *merged}:  # each side took out another copy of a paragraph
        return None
    were, are_here, are_there = map(ends, texts)
    empty = are_here if are_there == were else are_there
    return line_end(current, incoming).join([*merged, *[""] * empty])


def paragraphs(text: str) -> list[str]:
    """Return the text's paragraphs, without the empty ones at its end."""
    words = text.rstrip("\r\n")
    return LINE_END.split(words) if words else []


def ends(text: str) -> int:
    """Return how many line ends the text ends with."""
    return text.count("\n", len(text.rstrip("\r\n")))


def hunks(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """Return what the side changed in the base; all between the ends where that is too much."""
    head = common(base, side)
    tail = common(base[head:][::-1], side[head:][::-1])
    old, new = base[head : len(base) - tail], side[head : len(side) - tail]
    if max(len(old), len(new)) > MOST_PARAGRAPHS:
        return [Hunk(head, head + len(old), tuple(new))]
    matcher = SequenceMatcher(lambda line: not line.strip(), old, new, autojunk=False)
    return [
        Hunk(head + start, head + end, tuple(new[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many paragraphs the two have in common at their beginning."""
    for count, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return count
    return min(len(one), len(other))


def applied(base: Sequence[str], changes: Sequence[Hunk]) -> Iterator[str]:
    """Yield the base's paragraphs with the changes, which don't overlap, in their places."""
    at = 0
    for hunk in changes:
        yield from base[at : hunk.start]
        yield from hunk.lines
        at = hunk.end
    yield from base[at:]


def line_end(*texts: str) -> str:
    """Return the line end of the first of the texts that has one."""
    found = next((match for text in texts if (match := LINE_END.search(text))), None)
    return found.group() if found else "\n"
