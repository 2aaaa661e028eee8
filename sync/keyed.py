"""Three-way merge of lists whose members have an identity (rule M5)."""

from __future__ import annotations

from typing import Any, NamedTuple

from sync.canonical import canonical

Item = dict[str, Any]
KEY = "key"


class Clash(NamedTuple):
    """Two values of one item; None stands for "taken out"."""

    shown: Item | None
    other: Item | None
    is_incoming_shown: bool


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Return whether two JSON values are the same; to Python 1 and true are equal, here not."""
    return one is other or (
        bool(one == other) and canonical(one, strict=False) == canonical(other, strict=False)
    )


def merge_set(base: list[str], current: list[str], incoming: list[str]) -> list[str]:
    """Return the current set with what the incoming one added to the base and took from it."""
    removed = set(base) - set(incoming)
    kept = [member for member in current if member not in removed]
    return kept + [member for member in incoming if member not in base and member not in kept]


def merge_items(
    base: list[Item], current: list[Item], incoming: list[Item]
) -> tuple[list[Item], list[Clash]]:
    """Return the merged items in the current order, new ones last, and the clashes.

    An item changed on one side and taken out on the other stays, and clashes.
    """
    bases, currents, incomings = _by_key(base), _by_key(current), _by_key(incoming)
    merged: list[Item] = []
    clashes: list[Clash] = []
    for key in {**currents, **incomings}:
        item, clash = _merge_item(bases.get(key), currents.get(key), incomings.get(key))
        if item is not None:
            merged.append(item)
        if clash is not None:
            clashes.append(clash)
    return merged, clashes


def _by_key(items: list[Item]) -> dict[str, Item]:
    return {item[KEY]: item for item in items}


def _merge_item(
    base: Item | None, current: Item | None, incoming: Item | None
) -> tuple[Item | None, Clash | None]:
    """Return the item (None: taken out) and the clash, if there is one."""
    if same(incoming, base) or same(incoming, current):
        return current, None
    if same(current, base):
        return incoming, None
    if incoming is None:
        return current, Clash(current, None, is_incoming_shown=False)
    if current is None:
        return incoming, Clash(incoming, None, is_incoming_shown=True)
    return _merge_members(base or {}, current, incoming)


def _merge_members(base: Item, current: Item, incoming: Item) -> tuple[Item, Clash | None]:
    """Return the item with both sides' changes; the incoming value where both changed one."""
    merged: Item = {}
    clashes = False
    for name in {**current, **incoming}:
        was, here, there = base.get(name), current.get(name), incoming.get(name)
        value = here if same(there, was) else there
        clashes = clashes or not (same(there, was) or same(here, was) or same(here, there))
        if value is not None:
            merged[name] = value
    return merged, Clash(merged, current, is_incoming_shown=True) if clashes else None
