"""How a person settles what the server found (rule M10); pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def settlement(changed: Mapping[str, Any], account_id: str, at: str) -> dict[str, Any]:
    """Return the state of a conflict whose `settled` was set, by whom and when; null reopens it."""
    if "settled" not in changed:
        return {}
    if changed["settled"] is None:
        return {"state": "open", "settled_by": None, "settled_at": None}
    return {"state": "settled", "settled_by": account_id, "settled_at": at}
