"""The acts on accounts, each through the access layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts import passwords, sessions
from server.accounts.access import is_active
from server.accounts.models import Account
from server.accounts.rules import check_login, check_roles, normal_login, one_time_password
from server.accounts.tree import ancestors, subtree
from server.accounts.units import READERS, unit_kind
from server.core.access import Access, Role, current_access
from server.core.database import db, now, writing
from server.core.errors import Clash, NotFound
from server.core.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def listed(unit_id: str | None) -> list[Account]:
    """Return the accounts of the unit, by default one's own, and of everything beneath it."""
    access = current_access()
    access.require(*READERS)
    access.require_unit(unit_id or access.unit_id)
    units = subtree(db.session(), unit_id or access.unit_id)
    return list(
        db.session().scalars(select(Account).where(Account.unit_id.in_(units)).order_by(Account.login))
    )


def create(account: dict[str, Any]) -> tuple[Account, str]:
    """Return the new account and its one-time password; Clash `login_taken`."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    access.require_unit(account["unit_id"])
    password = one_time_password()
    with writing() as session:
        made = add(session, account, passwords.hashed(password))
    return made, password


def add(session: Session, account: dict[str, Any], password_hash: str) -> Account:
    """Return the account added to the session, whose password must be changed at sign-in."""
    login = normal_login(account["login"])
    check_login(login)
    roles = sorted(set(account["roles"]))
    check_roles(roles, unit_kind(session, account["unit_id"]), has_end=account.get("valid_until") is not None)
    made = Account(
        id=new_id(),
        login=login,
        name=account["name"],
        unit_id=account["unit_id"],
        roles=roles,
        work_types=account.get("work_types", []),
        password_hash=password_hash,
        must_change_password=True,
        valid_until=account.get("valid_until"),
        created_at=now(),
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        message = f"账号 {login} 已经存在"
        raise Clash(message, code="login_taken", field="login") from error
    return made


def change(account_id: str, patch: dict[str, Any]) -> Account:
    """Return the changed account; Clash `last_admin` where nobody could manage its unit any more."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    if "unit_id" in patch:
        access.require_unit(patch["unit_id"])
    with writing() as session:
        account = managed(session, access, account_id)
        apply(session, account, patch)
    return account


def apply(session: Session, account: Account, patch: dict[str, Any]) -> None:
    """Change the account in the session, checked as a whole; a disabled one loses its sessions."""
    unit_before = account.unit_id
    was_admin = is_active(account) and Role.ORG_ADMIN in account.roles
    fields = dict(patch)
    if "disabled" in fields:
        account.disabled_at = (account.disabled_at or now()) if fields.pop("disabled") else None
    if "roles" in fields:
        fields["roles"] = sorted(set(fields["roles"]))
    for name, value in fields.items():
        setattr(account, name, value)
    check_roles(account.roles, unit_kind(session, account.unit_id), has_end=account.valid_until is not None)
    session.flush()
    if was_admin:
        check_admin_remains(session, unit_before)
    if not is_active(account):
        sessions.end_all(session, account.id)


def check_admin_remains(session: Session, unit_id: str) -> None:
    """Refuse unless a lasting org_admin is active at the unit or above it."""
    above = [unit.id for unit in ancestors(session, unit_id)]
    admins = session.scalars(select(Account).where(Account.unit_id.in_(above)))
    if not any(
        Role.ORG_ADMIN in admin.roles and is_active(admin) and admin.valid_until is None for admin in admins
    ):
        message = "这是该单位最后一个系统管理员, 不能停用或改变其角色"
        raise Clash(message, code="last_admin")


def reset(account_id: str) -> str:
    """Return a new one-time password of the account; its sessions end."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    password = one_time_password()
    with writing() as session:
        set_one_time(session, managed(session, access, account_id), password)
    return password


def set_one_time(session: Session, account: Account, password: str) -> None:
    """Give the account a password that must be changed, and end its sessions."""
    account.password_hash = passwords.hashed(password)
    account.must_change_password = True
    sessions.end_all(session, account.id)


def managed(session: Session, access: Access, account_id: str) -> Account:
    """Return the account, if it lies in the access's units; NotFound tells nothing of others."""
    account = session.get(Account, account_id)
    if account is None or account.unit_id not in access.units:
        message = "没有这个账号"
        raise NotFound(message)
    return account
