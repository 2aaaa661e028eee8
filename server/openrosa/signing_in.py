"""Who asks, by HTTP Basic. Digest can't be had: it needs the password, or a fast hash of it, stored."""

from __future__ import annotations

from flask import Response, request
from flask_limiter.util import get_remote_address
from sqlalchemy import select

from server.accounts import passwords
from server.accounts.access import access_of, is_active
from server.accounts.limits import BY_ACCOUNT
from server.accounts.models import Account
from server.accounts.rules import normal_login
from server.core.access import Access, Role
from server.core.database import db, reading
from server.core.errors import BadInput, Forbidden, Unauthenticated

LIMIT = BY_ACCOUNT


def account_at_address() -> str:
    """Return the limit's key: the account that is claimed, and the address."""
    given = request.authorization
    return f"{normal_login((given.username if given else '') or '')[:80]}|{get_remote_address()}"


def has_failed(response: Response) -> bool:
    """Return whether an attempt counts: one with a password that was wrong."""
    return response.status_code == 401 and request.authorization is not None  # noqa: PLR2004


def signed_in() -> Access:
    """Return the access of the cadre whose account and password the request carries.

    Without the header that every OpenRosa client sends, nothing is done: a foreign page can't send it.
    """
    if "X-OpenRosa-Version" not in request.headers:
        raise BadInput("缺少 X-OpenRosa-Version, 请用 ODK Collect 等客户端", code="no_version")
    given = request.authorization
    login = given.username if given and given.type == "basic" else None
    if given is None or not login:
        raise Unauthenticated("请用账号和密码登录")
    account = db.session().scalar(select(Account).where(Account.login == normal_login(login)))
    stored = account.password_hash if account else None
    db.session().rollback()  # Hashing takes long; no snapshot is held meanwhile.
    if not passwords.matches(stored, given.password or "") or account is None:
        raise Unauthenticated("账号或密码不正确", code="wrong_credentials")
    return access_of_cadre(account.id)


def access_of_cadre(account_id: str) -> Access:
    """Return the access; Forbidden for who isn't a cadre, has left, or has a password of another."""
    with reading() as session:
        account = session.get_one(Account, account_id)
        if not is_active(account):
            raise Forbidden("账号已停用或已到期", code="account_disabled")
        if account.must_change_password:
            raise Forbidden("请先在网页上修改密码", code="password_change_due")
        access = access_of(account)
    access.require(Role.CADRE)
    return access
