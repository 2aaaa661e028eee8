"""The endpoints of the session and the directory."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from server.accounts import limits, signing_in
from server.accounts.directory import directory_of
from server.accounts.schemas import PasswordChangeSchema, SignInSchema
from server.accounts.sessions import public
from server.core.access import current_access
from server.core.api import Blueprint
from server.core.database import reading

blueprint = Blueprint("accounts", __name__, url_prefix="/api", description="Session and directory")


@blueprint.post("/session")
@public
@limits.by_address
@limits.by_account
@blueprint.arguments(SignInSchema)
def post_session(attempt: dict[str, str]) -> Response:
    """Sign in: `Me` and the session's cookie; 401 `wrong_credentials`, 429 `too_many_attempts`."""
    return jsonify(signing_in.sign_in(attempt["account"], attempt["password"]))


@blueprint.get("/session")
def get_session() -> Response:
    """Return `Me`; 401 where nobody is signed in."""
    return jsonify(signing_in.whoami())


@blueprint.delete("/session")
@blueprint.response(204)
def delete_session() -> None:
    """Sign out."""
    signing_in.sign_out()


@blueprint.put("/session/password")
@limits.by_person
@blueprint.arguments(PasswordChangeSchema)
@blueprint.response(204)
def put_password(change: dict[str, str]) -> None:
    """Change the password and end the account's other sessions."""
    signing_in.change_password(change["old_password"], change["new_password"])


@blueprint.get("/directory")
def get_directory() -> Response:
    """Return the names of the community's units and people; 304 while nothing has changed."""
    with reading() as session:
        body: dict[str, Any] = directory_of(session, current_access())
    response = jsonify(body)
    response.set_etag(body["etag"], weak=True)  # Weak, so that compressing doesn't change it.
    response.make_conditional(request)
    return response
