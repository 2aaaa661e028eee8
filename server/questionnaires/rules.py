"""Rules of questionnaires 问卷 and their rounds 问卷轮次: the words that are stored."""

from __future__ import annotations

MODES = ("named", "anonymous", "respondent_chooses")
ANONYMOUS_UNITS = ("community", "grid")
STATES = ("draft", "open", "closed")
