"""`minqing account create|disable|reset`: what an administrator of the machine does by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts import passwords, people
from server.accounts.models import Account, Unit
from server.accounts.rules import normal_login, one_time_password
from server.core.access import Role
from server.core.database import writing
from server.core.days import SHANGHAI
from server.core.errors import BadInput, NotFound
from server.core.ids import new_id

account_commands = click.Group("account", help="账号: create 新建, disable 停用, reset 重置密码。")


@account_commands.command()
@click.argument("login")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色, 可重复",
)
@click.option("--unit", help="所属单位的编号或名称")
@click.option("--new-district", help="空数据库: 新建区县并作为所属单位")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="最后一天, 上级检查账号必填")
@with_appcontext
def create(login: str, name: str, **options: Any) -> None:  # noqa: ANN401 - click's options as they are named
    """新建账号 LOGIN (姓名 NAME), 显示一次性密码。"""
    password = one_time_password()
    with writing() as session:
        fields = {
            "login": login,
            "name": name.strip(),
            "unit_id": unit_id(session, options["unit"], options["new_district"]),
            "roles": [str(Role(role)) for role in options["roles"]],
            "valid_until": end_of(options["until"]),
        }
        made = people.add(session, fields, passwords.hashed(password)).login
    click.echo(f"账号 {made} 已建立。一次性密码 (首次登录后须修改): {password}")


@account_commands.command()
@click.argument("login")
@with_appcontext
def disable(login: str) -> None:
    """停用账号 LOGIN, 并结束它的所有登录。"""
    with writing() as session:
        people.apply(session, found(session, login), {"disabled": True})
    click.echo(f"账号 {normal_login(login)} 已停用")


@account_commands.command()
@click.argument("login")
@with_appcontext
def reset(login: str) -> None:
    """为账号 LOGIN 设置新的一次性密码; 已停用的账号重新启用。"""
    password = one_time_password()
    with writing() as session:
        account = found(session, login)
        account.disabled_at = None
        people.set_one_time(session, account, password)
    click.echo(f"账号 {normal_login(login)} 的新一次性密码 (登录后须修改): {password}")


def found(session: Session, login: str) -> Account:
    """Return the account of the login; NotFound says which was asked for."""
    account = session.scalar(select(Account).where(Account.login == normal_login(login)))
    if account is None:
        raise NotFound(f"没有账号 {login}", field="LOGIN")
    return account


def end_of(day: datetime | None) -> datetime | None:
    """Return the moment at which the local day ends."""
    return None if day is None else day.replace(tzinfo=SHANGHAI) + timedelta(days=1)


def unit_id(session: Session, unit: str | None, new_district: str | None) -> str:
    """Return the id of the unit with that id or name, or of a new district in an empty database."""
    if new_district:
        return district(session, new_district)
    if unit is None:
        raise BadInput("请用 --unit 指定所属单位; 数据库为空时用 --new-district 新建区县", field="--unit")
    ids = session.scalars(select(Unit.id).where(or_(Unit.id == unit, Unit.name == unit))).all()
    if not ids:
        raise BadInput(f"没有单位 {unit}", field="--unit")
    if len(ids) > 1:
        raise BadInput(f"有 {len(ids)} 个单位名为 {unit}, 请改用编号", field="--unit")
    return ids[0]


def district(session: Session, name: str) -> str:
    """Return the id of a new district; BadInput where there is a unit already."""
    if session.scalar(select(Unit.id).limit(1)) is not None:
        raise BadInput("数据库里已有单位, 请用 --unit", field="--new-district")
    made = Unit(id=new_id(), kind="district", name=name.strip(), sort=0, org_strength="normal", tags=[])
    session.add(made)
    session.flush()
    return made.id
