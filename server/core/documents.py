"""The fields of a record's document: what a value may be, said in Chinese with the field's label.

A document is checked, never changed: what the phone wrote and hashed is what is stored. So no
field here strips, converts or fills in anything, and unknown fields pass (rule P9).
Every message is a fragment that follows the field's label: "情况记录" + "不能超过 20000 个字".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from marshmallow import INCLUDE, Schema, ValidationError, fields

from server.core.days import today

NAME_LENGTH = 60
TEXT_LENGTH = 2_000
EARLIEST_DAY = date(2000, 1, 1)
LATEST_DUE = date(2100, 12, 31)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASH_TEXT = re.compile(r"[0-9a-f]{64}")
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
COUNT_WIDEST = 2**31 - 1  # what a column of the projections holds

REQUIRED = "不能为空"


def refuse(fragment: str) -> ValidationError:
    """Return the error that refuses a value with the fragment."""
    return ValidationError(fragment)


def tomorrow() -> date:
    """Return the day after today in Asia/Shanghai, the latest day a visit may have."""
    return today() + timedelta(days=1)


class _Value(fields.Field[Any]):
    """A labelled field; subclasses say in `_deserialize` what they refuse."""

    def __init__(self, label: str, *, required: bool = False) -> None:
        """Keep the Chinese label; a field that isn't required may be null, which clears it."""
        super().__init__(required=required, allow_none=not required, metadata={"label": label})
        self.label = label


class Text(_Value, fields.String):
    """A text of at most `most` and at least `least` characters; a required one isn't blank."""

    def __init__(
        self, label: str, most: int = TEXT_LENGTH, *, least: int | None = None, required: bool = False
    ) -> None:
        """Keep the limits; `least` counts without surrounding space."""
        super().__init__(label, required=required)
        self.most = most
        self.least = least if least is not None else int(required)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        if not isinstance(value, str):
            raise refuse("应为文字")
        if len(value) > self.most:
            raise refuse(f"不能超过 {self.most} 个字")
        if len(value.strip()) < self.least:
            raise refuse(REQUIRED if self.least == 1 else f"至少写 {self.least} 个字")
        if not is_storable(value):
            raise refuse("含有不允许的字符")
        return value


def is_storable(text: str) -> bool:
    """Return whether the text has neither U+0000 nor a lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Day(_Value, fields.String):
    """A day `YYYY-MM-DD` from 2000 to the latest day, which is asked for at each check."""

    def __init__(self, label: str, latest: Callable[[], date] = tomorrow, *, required: bool = False) -> None:
        """Keep the function that returns the latest day."""
        super().__init__(label, required=required)
        self.latest = latest

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        try:
            day = date.fromisoformat(value) if DAY_TEXT.fullmatch(value) else None
        except (TypeError, ValueError):
            day = None
        if day is None:
            raise refuse("应为日期，如 2026-11-24")
        if day < EARLIEST_DAY:
            raise refuse("不能早于 2000 年")
        if day > (latest := self.latest()):
            raise refuse(f"不能晚于 {latest.isoformat()}")
        return str(value)


def latest_due() -> date:
    """Return the last day of 2100, the latest a promise may be due."""
    return LATEST_DUE


class Instant(_Value, fields.String):
    """A moment in ISO 8601 with its offset. Any year: it is a device's clock, which may be wrong."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        try:
            datetime.fromisoformat(value if INSTANT_TEXT.fullmatch(value) else "")
        except (TypeError, ValueError):
            raise refuse("应为时间，如 2026-11-24T09:30:00Z") from None
        return str(value)


class Flag(_Value, fields.Boolean):
    """True or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:  # noqa: ANN401 - any JSON value
        if not isinstance(value, bool):
            raise refuse("应为是或否")
        return value


class Count(_Value, fields.Integer):
    """A whole number from `least` to `most`."""

    def __init__(
        self, label: str, least: int = 0, most: int = COUNT_WIDEST, *, required: bool = False
    ) -> None:
        """Keep the limits."""
        super().__init__(label, required=required)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # noqa: ANN401 - any JSON value
        if type(value) is not int:
            raise refuse("应为整数")
        if not self.least <= value <= self.most:
            raise refuse(f"应在 {self.least} 到 {self.most} 之间")
        return value


class RecordId(_Value, fields.String):
    """The id of another record; whether it exists, and where, is nobody's to ask here."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        if not isinstance(value, str) or not UUID_TEXT.fullmatch(value):
            raise refuse("编号不正确")
        return value


class ContentHash(_Value, fields.String):
    """The SHA-256 of a file's content, 64 hex digits in small letters."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        if not isinstance(value, str) or not HASH_TEXT.fullmatch(value):
            raise refuse("应为 SHA-256")
        return value


class Choice(_Value, fields.String):
    """One value of an enumeration; `name` is the enumeration's, for the phone's types."""

    def __init__(self, label: str, name: str, values: tuple[str, ...], *, required: bool = False) -> None:
        """Keep the enumeration."""
        super().__init__(label, required=required)
        self.name_of_values, self.values = name, values

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:  # noqa: ANN401 - any JSON value
        if not isinstance(value, str) or value not in self.values:
            raise refuse("不在可选范围内")
        return value


class Choices(_Value, fields.List[str]):
    """A set of values of an enumeration, written as a list without repetition."""

    def __init__(self, label: str, name: str, values: tuple[str, ...], *, required: bool = False) -> None:
        """Keep the enumeration; a required set has at least one member."""
        fields.List.__init__(
            self, fields.String(), required=required, allow_none=not required, metadata={"label": label}
        )
        self.label, self.name_of_values, self.values = label, name, values

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[str | None]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise refuse("应为列表")
        if self.required and not value:
            raise refuse("至少选一项")
        if not set(value) <= set(self.values):
            raise refuse("不在可选范围内")
        if len(set(value)) != len(value):
            raise refuse("有重复")
        return value


class Items(_Value, fields.List[Any]):
    """A list of objects of one schema; with a `key` field they are merged one by one (rule M5)."""

    MOST = 200

    def __init__(self, label: str, item: type[Document], most: int = MOST) -> None:
        """Keep the schema of an item, and how many there may be."""
        fields.List.__init__(
            self, fields.Nested(item), required=False, allow_none=True, metadata={"label": label}
        )
        self.label, self.item, self.most = label, item(), most
        self.is_keyed = "key" in self.item.fields

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, list):
            raise refuse("应为列表")
        if len(value) > self.most:
            raise refuse(f"不能超过 {self.most} 项")
        for position, item in enumerate(value, 1):
            if found := first_error(self.item, item):
                raise refuse(f"第 {position} 项：{found[1]}")
        if self.is_keyed and len({item["key"] for item in value}) != len(value):
            raise refuse("有重复的项")
        return value


class Excerpt(_Value, fields.Dict):
    """An object with fields of another record as they were; what is in it isn't looked at."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, dict):
            raise refuse("应为对象")
        return value


class Document(Schema):
    """The base of every record's schema: unknown fields are kept and handed on (rule P9)."""

    error_messages: dict[str, str] = {"type": "应为对象"}  # noqa: RUF012 - marshmallow's own hook

    class Meta:
        """Marshmallow's options."""

        unknown: ClassVar[str] = INCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Put Chinese fragments in place of marshmallow's own messages."""
        del field_name
        field_obj.error_messages |= {"required": REQUIRED, "null": REQUIRED}


def first_error(schema: Schema, document: object, *, partial: bool = False) -> tuple[str, str] | None:
    """Return (field, message) of the first field refused, in the schema's order; None if all pass.

    The message begins with the field's Chinese label. `partial` lets required fields be absent.
    """
    errors: Mapping[str, Any] = schema.validate(document, partial=partial)  # type: ignore[arg-type] # whatever JSON holds
    for name in (*schema.fields, "_schema"):
        if name in errors:
            label = schema.fields[name].metadata["label"] if name in schema.fields else ""
            return name, f"{label}{first_message(errors[name])}"
    return None


def first_message(errors: Any) -> str:  # noqa: ANN401 - marshmallow's nested messages
    """Return the first of marshmallow's messages on one field."""
    while not isinstance(errors, str):
        errors = next(iter(errors.values() if isinstance(errors, dict) else errors))
    return errors
