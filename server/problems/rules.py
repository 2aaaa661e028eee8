"""Rules of problems: what each disposition 处理方式 needs, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.errors import BadInput

# What a disposition needs (seed clause 二.4), with the Chinese label of each field.
NEEDED = {
    "timed": {"due_on": "办结时限"},
    "phased": {"milestones": "阶段"},
    "explained": {
        "explained_reason": "讲明的原因",
        "told_on": "告知日期",
        "told_how": "告知方式",
    },
}
STATE_OF_DISPOSITION = {
    None: "recorded",
    "on_spot": "resolved_on_spot",
    "timed": "open",
    "phased": "phased",
    "explained": "explained",
}


def check(fields: Mapping[str, Any]) -> None:
    """Refuse a disposition without what it needs."""
    for field, label in NEEDED.get(fields.get("disposition") or "", {}).items():
        value = fields.get(field)
        if not (value.strip() if isinstance(value, str) else value):
            raise BadInput(f"{label}不能为空", code="invalid_field", field=field)


def derive(fields: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `state` that follows from the disposition, unless the phone said one.

    A problem that is resolved or closed stays so when its disposition is corrected.
    """
    state = fields.get("state")
    if state and ("disposition" not in changed or "state" in changed):
        return {}
    if state and state not in STATE_OF_DISPOSITION.values():
        return {}
    return {"state": STATE_OF_DISPOSITION[fields.get("disposition")]}
