"""The endpoints of sync: push and pull in a single round trip, and the devices that do it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from server.core.access import current_access
from server.core.api import Blueprint
from server.core.database import reading
from server.sync import devices
from server.sync.body import read_body
from server.sync.carried import carry
from server.sync.documentation import CARRIED, KEYS, SYNC
from server.sync.exchange import exchange
from server.sync.receipts import signer_of

blueprint = Blueprint("sync", __name__, url_prefix="/api", description="Push and pull of records")


@blueprint.route("/sync/keys")
@blueprint.doc(**KEYS)
def keys() -> dict[str, Any]:
    """Return the public keys with which receipts are signed (rule P12)."""
    current_access()
    return {"keys": [signer_of(current_app.config["MINQING"].receipt_key).published()]}


@blueprint.route("/sync", methods=["POST"])
@blueprint.doc(**SYNC)
def sync() -> Response:
    """Push ops and pull changes (sync/SPEC.md)."""
    access, body = current_access(), read_body(request)
    answer = exchange(access, body.request, is_suspect=body.is_suspect)
    return Response(answer, mimetype="application/json")


@blueprint.route("/sync/carried", methods=["POST"])
@blueprint.doc(**CARRIED)
def carried() -> dict[str, Any]:
    """Take the unsent ops of a device from a file, in their author's name (rule D7)."""
    access, body = current_access(), read_body(request)
    return carry(access, body.request, is_suspect=body.is_suspect)


@blueprint.get("/devices")
@blueprint.response(200, devices.DevicesOut)
def get_devices() -> dict[str, list[dict[str, Any]]]:
    """Return the devices of the people of one's own unit, with the skew of their clocks."""
    with reading() as session:
        return {"devices": devices.listed(session, current_access())}
