"""`GET /api/health`: does the server answer, and which version is it."""

from __future__ import annotations

from importlib.metadata import version

from marshmallow import Schema, fields

from server.core.api import Blueprint

blueprint = Blueprint("health", __name__, url_prefix="/api", description="Whether the server is up")


class HealthSchema(Schema):
    """What the server says of itself."""

    status = fields.String(required=True)
    version = fields.String(required=True)


@blueprint.get("/health")
@blueprint.response(200, HealthSchema)
def get_health() -> dict[str, str]:
    """Return `ok` and the version; needs no session."""
    return {"status": "ok", "version": version("minqing")}
