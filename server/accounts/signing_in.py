"""The acts of a session: sign in, sign out, change the password."""

from __future__ import annotations

from flask import g
from sqlalchemy import select

from server.accounts import passwords, sessions
from server.accounts.access import access_of, is_active
from server.accounts.me import me_of
from server.accounts.models import Account
from server.accounts.rules import check_password, normal_login
from server.core.access import current_access
from server.core.database import db, reading, writing
from server.core.errors import BadInput, Forbidden, Unauthenticated


def sign_in(login: str, password: str) -> dict[str, object]:
    """Return `Me` of the account and begin its session.

    An unknown account and a wrong password get the same answer after the same time.
    """
    account = db.session().scalar(select(Account).where(Account.login == normal_login(login)))
    stored = account.password_hash if account else None
    db.session().rollback()  # Hashing takes long; no snapshot is held meanwhile.
    if not passwords.matches(stored, password) or account is None or stored is None:
        message = "账号或密码不正确"
        raise Unauthenticated(message, code="wrong_credentials")
    with writing() as session:
        session.refresh(account)
        if not is_active(account):
            message = "账号已停用或已到期, 请联系管理员"
            raise Forbidden(message, code="account_disabled")
        if account.password_hash == stored and passwords.is_outdated(stored):
            account.password_hash = passwords.hashed(password)
        sessions.start(session, account)
        return me_of(session, access_of(account))


def whoami() -> dict[str, object]:
    """Return `Me` of the request's session."""
    with reading() as session:
        return me_of(session, current_access())


def sign_out() -> None:
    """End the request's session."""
    with writing() as session:
        sessions.end_current(session)


def change_password(old_password: str, new_password: str) -> None:
    """Set the new password and end the account's other sessions; BadInput names the field."""
    access = current_access()
    account = db.session().get_one(Account, access.account_id)
    if not passwords.matches(account.password_hash, old_password):
        message = "原密码不正确"
        raise BadInput(message, code="wrong_password", field="old_password")
    check_password(new_password, account.login)
    if new_password == old_password:
        message = "新密码不能与原密码相同"
        raise BadInput(message, code="weak_password", field="new_password")
    fresh = passwords.hashed(new_password)
    with writing() as session:
        changed = session.get_one(Account, access.account_id)
        changed.password_hash = fresh
        changed.must_change_password = False
        sessions.end_all(session, changed.id, but=g.token_hash)
