"""The endpoints of sync."""

from __future__ import annotations

from server.core.api import Blueprint

blueprint = Blueprint("sync", __name__, url_prefix="/api", description="Push and pull")
