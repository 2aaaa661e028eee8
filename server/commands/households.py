"""`minqing import`: what comes in from spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from server.accounts.access import access_of
from server.accounts.models import Account
from server.accounts.rules import normal_login
from server.accounts.tree import community_of
from server.core.access import Access, Role
from server.core.database import reading
from server.core.errors import BadInput, NotFound
from server.imports.households import import_households

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.imports.report import ImportReport

MOST_SHOWN = 200  # faults on the screen; the rest is counted

import_commands = click.Group("import", help="导入: households 住户。")


@import_commands.command()
@click.argument("file", type=click.File("rb"))
@click.option("--account", "login", help="以哪个社区管理员的名义导入; 只有一个时可省略")
@click.option("--skip-bad", is_flag=True, help="跳过有误的行, 导入其余的行")
@click.option("--dry-run", is_flag=True, help="只检查, 不写入")
@with_appcontext
def households(file: BinaryIO, login: str | None, *, skip_bad: bool, dry_run: bool) -> None:
    """从 Excel 文件 FILE 导入住户; 有一行有误就全部不导入, 除非 --skip-bad。"""
    with reading() as session:
        access = access_as(session, login)
    with click.progressbar(length=1, label="导入住户", show_percent=True) as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.label, bar.length = what, total
            bar.update(done - bar.pos)

        report = import_households(access, file, skip_bad=skip_bad, dry_run=dry_run, progress=progress)
    say(report)
    if report.refused:
        raise click.ClickException(f"有 {report.skipped} 行有误, 全部没有导入。可改正后重来, 或用 --skip-bad")


def access_as(session: Session, login: str | None) -> Access:
    """Return the access of the account, or of the only administrator of a community."""
    found = select(Account).where(Account.disabled_at.is_(None)).order_by(Account.login)
    accounts = list(session.scalars(found))
    if login is not None:
        wanted = normal_login(login)
        account = next((one for one in accounts if one.login == wanted), None)
        if account is None:
            raise NotFound(f"没有账号 {login}", field="--account")
        return access_of(account)
    admins = [one for one in accounts if Role.ORG_ADMIN in one.roles and community_of(session, one.unit_id)]
    if len(admins) != 1:
        names = "、".join(one.login for one in admins[:8]) or "没有社区的系统管理员"
        raise BadInput(f"请用 --account 指定社区管理员的账号 ({names})", field="--account")
    return access_of(admins[0])


def say(report: ImportReport) -> None:
    """Print the numbers, the remarks and every bad row."""
    click.echo(f"工作表 {report.sheet}: {report.rows} 行")
    if not report.refused:
        what = "将会" if report.dry_run else "已"
        numbers = f"新增 {report.created} 户, 更新 {report.updated} 户, 不变 {report.unchanged} 户"
        click.echo(f"{what}{numbers}, 跳过 {report.skipped} 行")
    for note in report.notes:
        click.echo(note)
    for error in report.errors[:MOST_SHOWN]:
        click.echo(f"  第 {error.row} 行 [{error.column}] {error.message}")
    if len(report.errors) > MOST_SHOWN:
        click.echo(f"  … 还有 {len(report.errors) - MOST_SHOWN} 处")
