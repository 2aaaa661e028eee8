"""The endpoints of contacts."""

from __future__ import annotations

from server.core.api import Blueprint

blueprint = Blueprint("contacts", __name__, url_prefix="/api", description="Households")
