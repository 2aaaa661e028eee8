"""How a person ends what the server found (rules M10, P11, P13); pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.errors import BadInput


def settlement(changed: Mapping[str, Any], account_id: str, at: str) -> dict[str, Any]:
    """Return the state of a conflict whose `settled` was set, by whom and when; null reopens it."""
    if "settled" not in changed:
        return {}
    if changed["settled"] is None:
        return {"state": "open", "settled_by": None, "settled_at": None}
    return {"state": "settled", "settled_by": account_id, "settled_at": at}


def decision(changed: Mapping[str, Any], account_id: str, at: str) -> dict[str, Any]:
    """Return by whom and when a handover was decided."""
    return {"decided_by": account_id, "decided_at": at} if "state" in changed else {}


def ending(changed: Mapping[str, Any], account_id: str, at: str) -> dict[str, Any]:
    """Return when a quarantined op was ended by its author, and by whom and when as handled."""
    signed: dict[str, Any] = {}
    if "settled" in changed:
        signed["settled_at"] = None if changed["settled"] is None else at
    if "handled" in changed:
        by, when = (account_id, at) if changed["handled"] else (None, None)
        signed |= {"handled_by": by, "handled_at": when}
    return signed


def check_handover(fields: Mapping[str, Any]) -> None:
    """Refuse to decline a handover without saying why."""
    if fields.get("state") == "declined" and not (fields.get("note") or "").strip():
        raise BadInput("退回时须写说明", code="invalid_field", field="note")
