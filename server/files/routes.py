"""The endpoints of files: uploads by tus 1.0.0 (rules F3, F4), and what came of them (rule F5)."""

from __future__ import annotations

from flask import Response, request

from server.accounts.sessions import public
from server.core.access import current_access
from server.core.api import Blueprint
from server.core.security import SANDBOX
from server.files import tus, uploads
from server.files.blobs import file_of
from server.files.rules import SUFFIXES

blueprint = Blueprint("files", __name__, url_prefix="/api/files", description="Photos, uploaded by tus")
KEPT = "private, max-age=31536000, immutable"  # the name is the content's, so it never changes


@blueprint.after_request
def add_version(response: Response) -> Response:
    """Say the version of tus in every answer, as it wants."""
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == 412:  # noqa: PLR2004 - another version was asked for
        response.headers["Tus-Version"] = tus.VERSION
    return response


@blueprint.route("", methods=["OPTIONS"])
@public
def options_files() -> Response:
    """Say what of tus is spoken here."""
    return Response(status=204, headers=tus.ABILITIES)


@blueprint.route("", methods=["POST"])
@blueprint.response(201)
def post_file() -> Response:
    """Begin an upload, with its first bytes if there are some."""
    tus.check_version(request)
    access, asked = current_access(), tus.announced(request)
    chunk = tus.chunk(request) if request.content_length else tus.Chunk(b"")
    upload = uploads.begin(access, asked)
    if chunk.content:
        upload = uploads.receive(access, upload.id, 0, chunk)
    place = {"Location": f"/api/files/uploads/{upload.id}"}
    return Response(status=201, headers=place | tus.state(upload.offset, upload.expires_at))


@blueprint.route("/uploads/<upload_id>", methods=["HEAD"])
def head_upload(upload_id: str) -> Response:
    """Say how far one's own upload is."""
    tus.check_version(request)
    upload = uploads.look(current_access(), upload_id)
    length = {"Upload-Length": str(upload.length)}
    return Response(status=200, headers=length | tus.state(upload.offset, upload.expires_at))


@blueprint.route("/uploads/<upload_id>", methods=["PATCH"])
@blueprint.response(204)
def patch_upload(upload_id: str) -> Response:
    """Continue one's own upload."""
    tus.check_version(request)
    offset, chunk = tus.number(request, "Upload-Offset"), tus.chunk(request)
    upload = uploads.receive(current_access(), upload_id, offset, chunk)
    return Response(status=204, headers=tus.state(upload.offset, upload.expires_at))


@blueprint.route("/uploads/<upload_id>", methods=["DELETE"])
@blueprint.response(204)
def delete_upload(upload_id: str) -> Response:
    """End one's own upload."""
    tus.check_version(request)
    uploads.stop(current_access(), upload_id)
    return Response(status=204)


@blueprint.get("/<sha256>")
@blueprint.response(200, content_type="image/jpeg")
def get_file(sha256: str) -> Response:
    """Return a file; 404 while it hasn't arrived, and for whoever may not read it."""
    file = file_of(current_access(), sha256)
    name = f"{sha256[:12]}.{SUFFIXES[file.media_type]}"
    headers = {
        "Cache-Control": KEPT,
        "Vary": "Cookie",  # another account on this phone doesn't find it in the browser's cache
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    response = Response(file.content, mimetype=file.media_type, headers=headers)
    response.set_etag(sha256)
    response.make_conditional(request)
    return response
