"""Households as they are known: their fields, and what of them came from which list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from server.contacts.models import Household
from server.sync.models import Device, Op, Record
from server.sync.own_ids import system_device
from sync.upcast import upcast

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHUNK = 400  # ids of one IN list
CREATED = 1  # the stamp of a field that hasn't changed since


@dataclass(frozen=True)
class Past:
    """An accepted op: the fields it set, and whether an import wrote it, not a phone."""

    rev: int
    is_list: bool
    fields: Mapping[str, Any]


@dataclass
class Known:
    """A household in the database, with the ops that made it."""

    id: str
    fields: dict[str, Any]
    stamps: dict[str, int]
    ops: list[Past] = field(default_factory=list)

    def news(self, changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
        """Return those of the changes that are news against the last list, with their base stamps.

        A field that a phone changed, and whose value in the list is still the last list's, is no
        news. One that both changed gets the base of the last list, so that the merge sees both.
        """
        asked: dict[str, Any] = {}
        base: dict[str, int] = {}
        for name, value in changed.items():
            stamp = self.stamps.get(name, CREATED)
            writer = next((op for op in self.ops if op.rev == stamp), None)
            if writer is not None and writer.is_list:
                asked[name], base[name] = value, stamp
                continue
            last = next((op for op in reversed(self.ops) if op.is_list and name in op.fields), None)
            if last.fields[name] == value if last is not None else self._is_own(name):
                continue
            asked[name] = value
            base[name] = last.rev if last is not None else CREATED
        return asked, base

    def _is_own(self, name: str) -> bool:
        """Return whether a phone created the household with the field, and it is still as it was.

        No base can say "not even created", so such a field can't become a conflict: it stays.
        """
        made_with = any(op.rev == CREATED and name in op.fields for op in self.ops)
        return made_with and self.stamps.get(name, CREATED) == CREATED


@dataclass
class Households:
    """The known households by grid and number."""

    by_code: dict[tuple[str, str], list[Known]] = field(default_factory=dict)


def load(session: Session, grid_ids: list[str], codes: set[str]) -> Households:
    """Return the households of the grids that have one of the numbers, without their ops."""
    found = Households()
    for grid_id in grid_ids:
        keys = session.execute(select(Household.id, Household.house_code).where(Household.grid_id == grid_id))
        wanted = {row.id: row.house_code for row in keys if row.house_code in codes}
        for known in _records(session, wanted):
            found.by_code.setdefault((grid_id, wanted[known.id]), []).append(known)
    return found


def _records(session: Session, wanted: Mapping[str, str]) -> Iterator[Known]:
    for chunk in _chunks(wanted):
        rows = session.execute(
            select(Record.id, Record.fields, Record.stamps)
            .where(Record.id.in_(chunk), Record.gone.is_(False))
            .with_for_update()
        )
        for row in rows:
            yield Known(row.id, orjson.loads(row.fields), orjson.loads(row.stamps))


def load_ops(session: Session, households: Iterable[Known]) -> None:
    """Read the ops of the households, in their order, as `Known.news` needs them."""
    by_id = {known.id: known for known in households}
    for chunk in _chunks(by_id):
        rows = session.execute(
            select(Op.rid, Op.rev, Op.schema, Op.body, Device.id, Device.account_id)
            .join(Device, Device.id == Op.device_id)
            .where(Op.rid.in_(chunk), Op.rev.is_not(None))
            .order_by(Op.rid, Op.rev)
        )
        for row in rows:
            is_list = row.id == system_device(row.account_id)
            fields = upcast(orjson.loads(row.body), row.schema).get("set") or {}
            by_id[row.rid].ops.append(Past(row.rev or 0, is_list, fields))


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
