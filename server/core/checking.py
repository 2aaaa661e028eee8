"""The check of a document on the way of every op: compiled once from its schema.

The schema stays the contract. What is compiled here only says yes or "ask the schema": a yes
saves marshmallow's 4 µs a field, and every refusal is the schema's own, with its words. A field
of a type that isn't known here asks the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from marshmallow import Schema, fields

from server.core.documents import (
    DAY_TEXT,
    EARLIEST_DAY,
    HASH_TEXT,
    INSTANT_TEXT,
    UUID_TEXT,
    Choice,
    Choices,
    ContentHash,
    Count,
    Day,
    Excerpt,
    Flag,
    Instant,
    Items,
    RecordId,
    Text,
    first_error,
    is_storable,
)
from server.core.errors import BadInput

Takes = Callable[[Any], bool]  # whether a value is surely taken
REMEMBERED = 4_096


def check(schema: Schema, document: object, *, partial: bool = False) -> None:
    """Refuse with BadInput `invalid_field` the first field that the schema doesn't take."""
    if is_taken(schema, document, partial=partial):
        return
    if found := first_error(schema, document, partial=partial):
        field, message = found
        raise BadInput(message, code="invalid_field", field=field)


def is_taken(schema: Schema, document: object, *, partial: bool = False) -> bool:
    """Return whether the schema surely takes the document; False says that it must be asked."""
    kind = type(schema)
    found = _compiled.get((kind, partial))
    if found is None:
        found = _compiled[kind, partial] = compiled(schema, partial=partial)
    return found(document)


_compiled: dict[tuple[type[Schema], bool], Takes] = {}


def compiled(schema: Schema, *, partial: bool = False) -> Takes:
    """Return the check of a whole document; unknown fields pass (rule P9)."""
    checks = {name: _of_field(field, partial=partial) for name, field in schema.fields.items()}
    needed = frozenset(name for name, field in schema.fields.items() if field.required and not partial)
    check_of = checks.get

    def takes(document: Any) -> bool:  # noqa: ANN401 - any JSON value
        if type(document) is not dict or not needed <= document.keys():
            return False
        for name, value in document.items():
            is_right = check_of(name)
            if is_right is not None and not is_right(value):
                return False
        return True

    return takes


def _of_field(field: fields.Field[Any], *, partial: bool) -> Takes:
    """Return the check of one field's value, null included."""
    is_right = _nested(field, partial=partial) if type(field) is fields.Nested else _of_value(field)
    if not field.allow_none:
        return is_right
    return lambda value: value is None or is_right(value)


def _nested(field: fields.Nested, *, partial: bool) -> Takes:
    return compiled(field.schema, partial=partial)


def _of_value(field: fields.Field[Any]) -> Takes:
    make: Callable[[Any], Takes] = _MAKERS.get(type(field), _ask)
    return make(field)


def _ask(field: fields.Field[Any]) -> Takes:
    del field
    return lambda _value: False


def _text(field: Text) -> Takes:
    most, least = field.most, field.least

    def takes(value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return (
            type(value) is str
            and len(value) <= most
            and (not least or len(value.strip()) >= least)
            and is_storable(value)
        )

    return takes


def _day(field: Day) -> Takes:
    latest = field.latest
    return lambda value: type(value) is str and _is_day(value) and value <= latest().isoformat()


@lru_cache(REMEMBERED)
def _is_day(text: str) -> bool:
    """Return whether the text is a day from 2000 on; in this form days are ordered as text."""
    try:
        return DAY_TEXT.fullmatch(text) is not None and date.fromisoformat(text) >= EARLIEST_DAY
    except ValueError:
        return False


def _instant(field: Instant) -> Takes:
    del field
    return lambda value: type(value) is str and _is_instant(value)


@lru_cache(REMEMBERED)
def _is_instant(text: str) -> bool:
    try:
        return INSTANT_TEXT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _flag(field: Flag) -> Takes:
    del field
    return lambda value: value is True or value is False


def _count(field: Count) -> Takes:
    least, most = field.least, field.most
    return lambda value: type(value) is int and least <= value <= most


def _record_id(field: RecordId) -> Takes:
    del field
    matches = UUID_TEXT.fullmatch
    return lambda value: type(value) is str and matches(value) is not None


def _content_hash(field: ContentHash) -> Takes:
    del field
    matches = HASH_TEXT.fullmatch
    return lambda value: type(value) is str and matches(value) is not None


def _choice(field: Choice) -> Takes:
    values = frozenset(field.values)
    return lambda value: type(value) is str and value in values


def _choices(field: Choices) -> Takes:
    values, least = frozenset(field.values), int(field.required)

    def takes(value: Any) -> bool:  # noqa: ANN401 - any JSON value
        if type(value) is not list or len(value) < least or not all(type(one) is str for one in value):
            return False
        chosen = set(value)
        return len(chosen) == len(value) and chosen <= values

    return takes


def _items(field: Items) -> Takes:
    item, most, is_keyed = compiled(field.item), field.most, field.is_keyed

    def takes(value: Any) -> bool:  # noqa: ANN401 - any JSON value
        if type(value) is not list or len(value) > most or not all(map(item, value)):
            return False
        return not is_keyed or len({one["key"] for one in value}) == len(value)

    return takes


def _excerpt(field: Excerpt) -> Takes:
    del field
    return lambda value: type(value) is dict


def _raw(field: fields.Raw) -> Takes:
    del field
    return lambda value: value is not None


_MAKERS: Mapping[type[fields.Field[Any]], Callable[[Any], Takes]] = {
    Text: _text,
    Day: _day,
    Instant: _instant,
    Flag: _flag,
    Count: _count,
    RecordId: _record_id,
    ContentHash: _content_hash,
    Choice: _choice,
    Choices: _choices,
    Items: _items,
    Excerpt: _excerpt,
    fields.Raw: _raw,
}
