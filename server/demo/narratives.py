"""Narratives 情况记录: a visit's text, put together from its topic and the frames around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.demo.dice import chance, weighted
from server.demo.grammar import expand, slots_of
from server.demo.topics import Topic, frames

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

LONGEST, SHORTEST = 300, 12
_TRIES = 12
_SHAPES = {"short": 16, "plain": 46, "full": 24, "double": 10, "long": 6}


class Writer:
    """Writes narratives and remembers them all, so that hardly any is written twice."""

    def __init__(self, rng: Random) -> None:
        """Keep the generator."""
        self.rng = rng
        self.seen = set[str]()

    def narrative(
        self,
        topic: Topic,
        slots: Mapping[str, str],
        channel: str,
        lead: str = "",
        second: Topic | None = None,
    ) -> str:
        """Return a text of 12 to 300 characters; `lead` refers to what went before."""
        text = ""
        for _ in range(_TRIES):
            text = self._compose(topic, slots, channel, lead, second)
            if text not in self.seen and SHORTEST <= len(text) <= LONGEST:
                break
        text = text if len(text) <= LONGEST else text[: text.rindex("。", 0, LONGEST) + 1]
        self.seen.add(text)
        return text

    def fill(self, text: str, slots: Mapping[str, str]) -> str:
        """Return one text with its picks and slots filled."""
        return expand(self.rng, text, slots)

    def one_of(self, texts: list[str], slots: Mapping[str, str], share: float = 1.0) -> str:
        """Return one of the texts that the slots can fill; empty where there is none, or by `share`."""
        fitting = [text for text in texts if slots_of(text) <= slots.keys()]
        return self.fill(self.rng.choice(fitting), slots) if fitting and chance(self.rng, share) else ""

    def _several(self, texts: list[str], slots: Mapping[str, str], count: int) -> list[str]:
        fitting = [text for text in texts if slots_of(text) <= slots.keys()]
        return [self.fill(text, slots) for text in self.rng.sample(fitting, min(count, len(fitting)))]

    def _compose(
        self, topic: Topic, slots: Mapping[str, str], channel: str, lead: str, second: Topic | None
    ) -> str:
        shape = weighted(self.rng, _SHAPES)
        if topic.not_home or (shape == "short" and not lead and topic.short) or not topic.say:
            return self._short(topic, slots, lead)
        count = 2 if shape == "long" else 1
        parts = [lead or self._opening(slots, channel), *self._several(topic.say, slots, count)]
        if shape in {"full", "double", "long"}:
            parts += [self.one_of(frames()["middles"]["any"], slots, 0.6)]
        parts += self._several(topic.did, slots, count)
        if shape in {"double", "long"} and second is not None:
            also = self.one_of(frames()["middles"]["also"], slots)
            parts += [also, *self._several(second.say, slots, 1), *self._several(second.did, slots, count)]
        if shape != "plain" or chance(self.rng, 0.5):
            parts += [self.one_of(frames()["endings"]["any"], slots)]
        return joined(parts, slots)

    def _short(self, topic: Topic, slots: Mapping[str, str], lead: str) -> str:
        text = lead + self.one_of(topic.short, slots)
        if len(text) < SHORTEST or text in self.seen:
            door = slots.get("bld", "") + slots.get("door", "") if "bld" in slots else slots["estate"]
            text = f"{door}：{text}"
        return text

    def _opening(self, slots: Mapping[str, str], channel: str) -> str:
        return self.one_of(frames()["openings"][channel], slots) if "who" in slots else ""


def joined(parts: list[str], slots: Mapping[str, str]) -> str:
    """Return the parts as one text: whom a part has just named, the next one calls 他 or 她."""
    who, ta = slots.get("who"), slots.get("ta", "")
    text = ""
    for part in filter(None, parts):
        after = part
        if who and who in text[-60:] and part.startswith(who):
            # "给王大爷打电话，说灯坏了" needs no name; "王大爷在家。他说" does.
            rest = part[len(who) :]
            is_open = text.endswith(("，", "：")) and rest.startswith(("说", "问", "想", "反映", "担心"))
            after = rest if is_open else ta + rest
        text += after
    if text.endswith(("，", "：")):
        text = text[:-1] + "。"
    return text
