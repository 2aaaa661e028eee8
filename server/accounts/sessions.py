"""Sessions: a random token in the cookie, only its SHA-256 in the database, 30 days sliding."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request
from sqlalchemy import bindparam, delete, func, select, update

from server.accounts.access import access_now, is_active
from server.accounts.models import Account, LoginSession, OrganisationVersion
from server.accounts.remembered import remembered
from server.accounts.rules import SESSION_LIFETIME, SESSION_RENEWAL
from server.core.access import current_access
from server.core.database import ask, db, now, writing
from server.core.errors import Forbidden
from server.core.security import is_api, is_silent

if TYPE_CHECKING:
    from flask import Flask, Response
    from sqlalchemy.orm import Session

View = TypeVar("View", bound=Callable[..., Any])
TOKEN_BYTES = 32
PUBLIC_ENDPOINTS = {"api-docs.openapi_json", "health.get_health"}
# With a password that another gave, one may only say who one is, change it, or leave.
BEFORE_PASSWORD_CHANGE = {"accounts.get_session", "accounts.delete_session", "accounts.put_password"}
# Prepared once: it is asked with every request.
PRESENT = (
    select(
        LoginSession.account_id,
        LoginSession.expires_at,
        LoginSession.seen_at,
        Account.must_change_password,
        Account.disabled_at,
        Account.valid_until,
        func.coalesce(OrganisationVersion.version, 0).label("version"),
    )
    .join(Account, Account.id == LoginSession.account_id)
    .outerjoin(OrganisationVersion, OrganisationVersion.id == 1)
    .where(LoginSession.token_hash == bindparam("token_hash"))
)


def install(app: Flask) -> None:
    """Load the session before each API request; an endpoint that isn't public needs one."""
    app.before_request(load)
    app.after_request(keep_cookie)


def public(view: View) -> View:
    """Mark the view as one that needs no session."""
    view.is_public = True  # type: ignore[attr-defined] # Flask's own way of marking views
    return view


def load() -> None:
    """Put the access of the cookie's session into `g`; Unauthenticated where one is needed.

    Forbidden `password_change_due` while the account's password is one that another gave.
    """
    if not is_api() or request.endpoint is None or is_silent():
        return
    token = request.cookies.get(cookie_name())
    if token:
        resume(hashlib.sha256(token.encode()).digest())
    view = current_app.view_functions[request.endpoint]
    if request.endpoint not in PUBLIC_ENDPOINTS and not getattr(view, "is_public", False):
        current_access()
        if g.password_change_due and request.endpoint not in BEFORE_PASSWORD_CHANGE:
            message = "请先修改密码"
            raise Forbidden(message, code="password_change_due")


def resume(token_hash: bytes) -> None:
    """Take up the session; one that has expired, or whose account has ended, is left unused."""
    session = db.session()
    found = ask(session, PRESENT, token_hash=token_hash).one_or_none()
    if found is None or found.expires_at <= now() or not is_active(found):
        return
    known = remembered(found.version)
    key = ("access", found.account_id)
    g.access = known.value(key, lambda: access_now(session, found.account_id, known))
    g.token_hash, g.password_change_due = token_hash, found.must_change_password
    session.rollback()
    if found.seen_at < now() - SESSION_RENEWAL:
        renew(token_hash)


def renew(token_hash: bytes) -> None:
    """Move the session's end to 30 days from now, in the database and in the cookie."""
    with writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.token_hash == token_hash)
            .values(seen_at=now(), expires_at=now() + SESSION_LIFETIME)
        )
    g.new_token = request.cookies[cookie_name()]


def start(session: Session, account: Account) -> None:
    """Begin a session of the account; the answer will carry its cookie. Old ones are swept out."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    began = now()
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= began))
    session.add(
        LoginSession(
            token_hash=hashlib.sha256(token.encode()).digest(),
            account_id=account.id,
            created_at=began,
            seen_at=began,
            expires_at=began + SESSION_LIFETIME,
        )
    )
    g.new_token = token


def end_current(session: Session) -> None:
    """End the request's own session and take its cookie back."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == g.token_hash))
    g.new_token = ""


def end_all(session: Session, account_id: str, *, but: bytes | None = None) -> None:
    """End every session of the account, except the one with the token hash `but`."""
    found = delete(LoginSession).where(LoginSession.account_id == account_id)
    session.execute(found if but is None else found.where(LoginSession.token_hash != but))


def cookie_name() -> str:
    """Return the cookie's name: browsers refuse `__Host-` over plain http, which is loopback."""
    return "__Host-minqing" if request.is_secure else "minqing"


def keep_cookie(response: Response) -> Response:
    """Set, renew or delete the cookie as the request decided; a failed request changes nothing."""
    token = g.get("new_token")
    if token is None or response.status_code >= 500:  # noqa: PLR2004 - the server's own failures
        return response
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(SESSION_LIFETIME.total_seconds()) if token else 0,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response
