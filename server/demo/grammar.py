"""The grammar of the demo's texts: picks, numbers and slots, expanded with a seeded generator.

`[a|b|c]` becomes one of its parts (picks may nest), `{3-9}` a number between the two, `{who}` the
slot of that name; a weekday is written 周三. An unknown slot is a KeyError: a text never reaches
a page half filled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

_PICK = re.compile(r"\[([^\[\]]*)\]")
_RANGE = re.compile(r"\{(\d+)-(\d+)\}")
_WEEKDAY = re.compile(r"(?<=周)\d")
_WEEKDAYS = "日一二三四五六"
_SLOT = re.compile(r"\{([a-z]\w*)\}")


def expand(rng: Random, text: str, slots: Mapping[str, str]) -> str:
    """Return the text with every pick, number and slot filled."""
    while _PICK.search(text):
        text = _PICK.sub(lambda found: rng.choice(found[1].split("|")), text)
    text = _RANGE.sub(lambda found: str(rng.randint(int(found[1]), int(found[2]))), text)
    text = _WEEKDAY.sub(lambda found: _WEEKDAYS[int(found[0])], text)
    return _SLOT.sub(lambda found: slots[found[1]], text)


def slots_of(text: str) -> frozenset[str]:
    """Return the names of the slots that the text may ask for."""
    return frozenset(_SLOT.findall(text))
