"""The one endpoint of sync: push and pull in a single round trip."""

from __future__ import annotations

from flask import Response, request

from server.core.access import current_access
from server.core.api import Blueprint
from server.sync.body import read_body
from server.sync.documentation import SYNC
from server.sync.exchange import exchange

blueprint = Blueprint("sync", __name__, url_prefix="/api", description="Push and pull of records")


@blueprint.route("/sync", methods=["POST"])
@blueprint.doc(**SYNC)
def sync() -> Response:
    """Push ops and pull changes (sync/SPEC.md)."""
    access, body = current_access(), read_body(request)
    answer = exchange(access, body.request, is_suspect=body.is_suspect)
    return Response(answer, mimetype="application/json")
