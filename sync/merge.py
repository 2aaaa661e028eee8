"""The merge of one op into one record (rules M1 to M9); pure, and on the server only.

Every field has a stamp: the revision at which it last changed. What an op's author saw is said by
`base`, the stamps he saw; a field left out of `base` he saw as it was created. A field is
concurrent when its stamp is newer and its last writer is another device. No clock is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sync.canonical import canonical
from sync.diff3 import merge_prose
from sync.keyed import merge_items, merge_set, same

CREATED = 1  # the stamp of a field that hasn't changed since
GONE = "gone"  # the stamp under which a record's deletion and return are kept; no field's name

Keyed = Literal["set", "items", "prose"]
Fields = dict[str, Any]
Stamps = dict[str, int]


@dataclass(frozen=True, slots=True)
class Past:
    """An accepted op of the record: who sent what, and what was stored where that differs."""

    device: str
    sent: Mapping[str, Any] = field(default_factory=dict)
    effect: Mapping[str, Any] = field(default_factory=dict)

    def stored(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of the field that the op left in the record."""
        return self.effect[name] if name in self.effect else self.sent.get(name)


History = Mapping[int, Past]


@dataclass(frozen=True, slots=True)
class Record:
    """A record before or after an op. A cleared field is absent from `fields`."""

    fields: Fields
    stamps: Stamps
    rev: int
    gone: bool = False

    def stamp(self, name: str) -> int:
        """Return the revision at which the field last changed."""
        return self.stamps.get(name, CREATED)


@dataclass(frozen=True, slots=True)
class Change:
    """What an op of kind `set` or `delete` asks for. `after` says that an own op was unread."""

    device: str
    kind: str
    set: Mapping[str, Any] = field(default_factory=dict)
    base: Mapping[str, int] = field(default_factory=dict)
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one field. `shown_by` and `other_by` are the revisions that wrote them."""

    field: str
    shown: Any
    other: Any
    shown_by: int
    other_by: int


@dataclass(slots=True)
class Merged:
    """The record after the op; `effect` holds the values stored that aren't those sent."""

    record: Record
    conflicts: list[Conflict] = field(default_factory=list)
    effect: Fields = field(default_factory=dict)
    concurrent: bool = False

    @property
    def status(self) -> str:
        """Return `applied`, `merged` or `conflict`."""
        if self.conflicts:
            return "conflict"
        return "merged" if self.concurrent else "applied"


class RecordGone(Exception):
    """The device itself has deleted the record, so it can't have seen what it now changes."""


def seen_stamp(record: Record, base: Mapping[str, int], name: str) -> int:
    """Return the stamp of the field that the author saw; one that can't be counts as created."""
    stamp = base.get(name, CREATED)
    return stamp if stamp <= record.rev else CREATED


def needed(record: Record, change: Change, keyed: Mapping[str, Keyed]) -> set[int]:
    """Return the revisions whose ops `merge` will look up in the history."""
    names: Iterable[str] = change.set if change.kind == "set" else record.stamps
    revs = {record.stamp(GONE)} if record.gone else set()
    for name in names:
        seen = seen_stamp(record, change.base, name)
        if record.stamp(name) > seen:
            revs.add(record.stamp(name))
            if name in keyed:
                revs.add(seen)
    return revs | _later_elsewhere(record, change)


def _later_elsewhere(record: Record, change: Change) -> set[int]:
    """Return the stamps of fields that the op doesn't set, newer than all its author names."""
    newest = max((seen_stamp(record, change.base, name) for name in change.set), default=CREATED)
    return {stamp for name, stamp in record.stamps.items() if stamp > newest and name not in change.set}


def merge(record: Record, change: Change, history: History, keyed: Mapping[str, Keyed]) -> Merged:
    """Return the record after the change, with its conflicts.

    `history` holds at least the revisions that `needed` names and, for keyed fields of a change
    with `after`, the device's own ops. RecordGone where the device itself deleted the record.
    """
    if change.kind == "delete":
        return _delete(record, change, history)
    merging = _Merging(record, change, history, keyed)
    if record.gone:
        merging.revive()
    for name, value in change.set.items():
        merging.put(name, value)
    return merging.result()


def _delete(record: Record, change: Change, history: History) -> Merged:
    """Return the record gone, unless another device changed it after the author looked (M6)."""
    rev = record.rev + 1
    edited = {
        name: stamp
        for name, stamp in record.stamps.items()
        if name != GONE
        and stamp > seen_stamp(record, change.base, name)
        and _is_foreign(history, stamp, change.device)
    }
    if edited and not record.gone:
        kept = Record(record.fields, record.stamps, rev)
        conflict = Conflict(GONE, shown=False, other=True, shown_by=max(edited.values()), other_by=rev)
        return Merged(kept, [conflict], concurrent=True)
    stamps = record.stamps if record.gone else {**record.stamps, GONE: rev}
    return Merged(Record(record.fields, stamps, rev, gone=True))


def _is_foreign(history: History, rev: int, device: str) -> bool:
    """Return whether another device wrote the revision; one that isn't known counts as foreign."""
    past = history.get(rev)
    return past is None or past.device != device


class _Merging:
    """The state of one merge of a `set`."""

    def __init__(self, record: Record, change: Change, history: History, keyed: Mapping[str, Keyed]) -> None:
        self.before, self.change, self.history, self.keyed = record, change, history, keyed
        self.rev = record.rev + 1
        self.fields, self.stamps = dict(record.fields), dict(record.stamps)
        self.conflicts: list[Conflict] = []
        self.effect: Fields = {}
        self.concurrent = any(
            _is_foreign(history, stamp, change.device) for stamp in _later_elsewhere(record, change)
        )

    def revive(self) -> None:
        """Bring a deleted record back for an edit whose author hadn't seen the deletion (M6)."""
        deleted = self.before.stamp(GONE)
        if not _is_foreign(self.history, deleted, self.change.device):
            raise RecordGone
        self.stamps[GONE] = self.rev
        self.conflicts.append(Conflict(GONE, shown=False, other=True, shown_by=self.rev, other_by=deleted))

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Merge one field."""
        stamp, current = self.before.stamp(name), self.before.fields.get(name)
        seen = seen_stamp(self.before, self.change.base, name)
        if stamp > seen:
            foreign = _is_foreign(self.history, stamp, self.change.device)
            self.concurrent = self.concurrent or foreign
            kind = self.keyed.get(name)
            if kind == "prose":
                value = self.merged_prose(name, current, value, foreign=foreign)
            elif kind and (current or value):
                value = self.merged_list(name, current, value)
            elif foreign and not same(current, value):
                self.conflicts.append(Conflict(name, value, current, self.rev, stamp))
        self.store(name, value)

    def store(self, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        """Store the value, with a new stamp where it differs."""
        if not same(self.before.fields.get(name), value):
            self.stamps[name] = self.rev
        if value is None:
            self.fields.pop(name, None)
        else:
            self.fields[name] = value
        if not same(self.change.set[name], value):
            self.effect[name] = value

    def merged_list(self, name: str, current: Any, value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
        """Return the list with both sides' members; items changed on both sides conflict (M5)."""
        base = self.value_seen(name) or []
        if self.keyed[name] == "set":
            return merge_set(base, current or [], value or [])
        merged, clashes = merge_items(base, current or [], value or [])
        stamp = self.before.stamp(name)
        for shown, other, is_mine in clashes:
            by = (self.rev, stamp) if is_mine else (stamp, self.rev)
            self.conflicts.append(Conflict(name, shown, other, *by))
        return merged

    def merged_prose(self, name: str, current: Any, value: Any, *, foreign: bool) -> Any:  # noqa: ANN401 - any JSON value
        """Return the text with both sides' paragraphs, or the incoming one with a conflict (M9).

        After an own unread op the text may hold another device's paragraphs that its author hasn't
        seen, so then, too, it is merged.
        """
        if not foreign and self.change.after is None:
            return value
        base = self.value_seen(name)
        if same(base, current):
            return value
        texts = (base if base is not None else "", current, value)
        merged = merge_prose(*texts) if all(isinstance(text, str) for text in texts) else None
        if merged is not None:
            return merged
        if not same(current, value):
            self.conflicts.append(Conflict(name, value, current, self.rev, self.before.stamp(name)))
        return value

    def value_seen(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value that the author changed: his own unread op's, or the one he had read."""
        seen = seen_stamp(self.before, self.change.base, name)
        if self.change.after is not None:
            own = [
                rev
                for rev, past in self.history.items()
                if rev > seen and past.device == self.change.device and name in past.sent
            ]
            if own:
                return self.history[max(own)].sent[name]
        past = self.history.get(seen)
        return past.stored(name) if past else None

    def result(self) -> Merged:
        """Return what has come of it."""
        record = Record(self.fields, self.stamps, self.rev)
        return Merged(record, self.conflicts, self.effect, self.concurrent)


def fingerprint(fields: Mapping[str, Any]) -> bytes:
    """Return the canonical text of a document without its cleared fields, to compare two."""
    return canonical({name: value for name, value in fields.items() if value is not None}, strict=False)
