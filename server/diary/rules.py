"""Rules between the fields of diary entries and reviews, held by the record after merging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.errors import BadInput

SHORTEST_NARRATIVE = 5  # characters, unless nobody was at home


def check(fields: Mapping[str, Any]) -> None:
    """Refuse a visit without the one visited, or without a sentence on it."""
    if fields.get("target_type") == "household":
        if not fields.get("household_id"):
            raise BadInput("走访对象不能为空", code="invalid_field", field="household_id")
    elif not (fields.get("target_name") or "").strip():
        raise BadInput("对象名称不能为空", code="invalid_field", field="target_name")
    narrative = (fields.get("narrative") or "").strip()
    if len(narrative) < SHORTEST_NARRATIVE and not fields.get("not_home"):
        message = f"情况记录至少写 {SHORTEST_NARRATIVE} 个字（未遇除外）"
        raise BadInput(message, code="invalid_field", field="narrative")


def check_review(fields: Mapping[str, Any]) -> None:
    """Refuse to return an entry without saying why."""
    has_comment = (fields.get("comment") or "").strip() or fields.get("comments")
    if fields.get("verdict") == "returned" and not has_comment:
        raise BadInput("退回时须写审阅意见", code="invalid_field", field="comment")
