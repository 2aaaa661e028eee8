"""The base of every schema that takes input: Chinese messages, and text that can be stored."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

# Marshmallow's own words, replaced where a field is bound; each stands under the field's name.
CHINESE = {
    "Missing data for required field.": "必填",
    "Field may not be null.": "不能为空",
    "Invalid value.": "内容不正确",
    "Not a valid string.": "应为文字",
    "Not a valid utf-8 string.": "应为文字",
    "Not a valid integer.": "应为整数",
    "Not a valid number.": "应为数字",
    "Not a valid boolean.": "应为是或否",
    "Not a valid list.": "应为列表",
    "Not a valid mapping type.": "应为对象",
    "Not a valid {obj_type}.": "应为 2026-11-24 这样的日期, 或 2026-11-24T09:30:00Z 这样的时间",
    "Not a valid date.": "应为 2026-11-24 这样的日期",
    "Number too large.": "数字过大",
    "Not a valid {awareness} {obj_type}.": "时间必须带时区",
    "Not a valid UUID.": "编号不正确",
}


class InputSchema(Schema):
    """A schema for what comes in: unknown fields are refused, messages are Chinese.

    `labels` are the Chinese names of its fields, which stand before a message.
    """

    labels: ClassVar[dict[str, str]] = {}
    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc] # marshmallow reads it from the class
        "unknown": "没有这个字段",
        "type": "应为对象",
    }

    class Meta:
        """Marshmallow's options."""

        unknown: ClassVar[str] = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[object]) -> None:
        """Put Chinese in place of marshmallow's default messages."""
        del field_name
        field_obj.error_messages = {
            key: CHINESE.get(message, message) if isinstance(message, str) else message
            for key, message in field_obj.error_messages.items()
        }


class QuerySchema(InputSchema):
    """The base of what stands behind `?`: unknown names are passed over."""

    class Meta:
        """Marshmallow's options."""

        unknown: ClassVar[str] = EXCLUDE


class Text(fields.String):
    """One line of text, without surrounding space; its length is counted in characters.

    Control characters are refused: PostgreSQL can't store U+0000, and none is ever meant.
    """

    def __init__(self, *, maximum: int, minimum: int = 1, **options: Any) -> None:  # noqa: ANN401 - passed through as they come
        """Keep the limits; the options are those of `fields.String`."""
        super().__init__(**options)
        self.minimum = minimum
        self.maximum = maximum

    def _deserialize(self, value: object, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - marshmallow's own signature
        text = unicodedata.normalize("NFC", super()._deserialize(value, *args, **kwargs)).strip()
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            message = "含有不可见的控制字符"
            raise ValidationError(message)
        if len(text) < self.minimum:
            message = "不能为空" if self.minimum == 1 else f"至少 {self.minimum} 个字"
            raise ValidationError(message)
        if len(text) > self.maximum:
            message = f"最多 {self.maximum} 个字"
            raise ValidationError(message)
        return text


def one_of(choices: tuple[str, ...]) -> _OneOf:
    """Return a validator that takes only the choices, and names them in Chinese punctuation."""
    return _OneOf(choices)


class _OneOf:
    """See `one_of`."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self.choices = choices

    def __call__(self, value: str) -> str:
        if value not in self.choices:
            message = f"只能是 {'、'.join(self.choices)} 之一"
            raise ValidationError(message)
        return value
