"""Rules of questionnaires 问卷 and their rounds 问卷轮次: the words that are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.errors import BadInput

MODES = ("named", "anonymous", "respondent_chooses")
ANONYMOUS_UNITS = ("community", "grid")
STATES = ("draft", "open", "collected", "closed")
SEEN_STATES = STATES[1:]  # of a round that phones know
VIAS = ("cadre", "self", "paper", "openrosa")


def check_response(fields: Mapping[str, Any]) -> None:
    """Refuse a named answer that says nobody's name."""
    if not fields.get("household_id") and not (fields.get("name") or "").strip():
        raise BadInput("请写姓名或选择住户", code="invalid_field", field="name")
