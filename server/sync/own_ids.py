"""The ids that the server makes itself: each leads back to what it was made of."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.UUID("6f1c3a52-8f0e-5d4b-9a57-2b1f8a6d9c10")


def server_id(log_id: str, role: str) -> str:
    """Return the id of a record that the server makes of an op: it leads from one to the other."""
    return str(uuid.uuid5(NAMESPACE, f"{log_id}.{role}"))


def system_device(account_id: str) -> str:
    """Return the id of the account's system device."""
    return str(uuid.uuid5(NAMESPACE, account_id))
