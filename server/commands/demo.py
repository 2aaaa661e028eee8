"""`minqing demo`: a demonstration community, made once, and the accounts to see it with."""

from __future__ import annotations

import os

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from server.accounts.models import Account
from server.accounts.rules import one_time_password
from server.commands.serve import check_host, run, shown
from server.config import Config
from server.core.access import Role
from server.core.database import db
from server.migrations import upgrade

GRIDS = 21  # of the community that the sizes in domain.md were counted in
PASSWORD_FILE = "demo-password"  # noqa: S105 - its name, not a password
ROLE_NAMES = {
    Role.CADRE: "干部",
    Role.GRID_LEAD: "网格组长",
    Role.REVIEWER: "审阅人",
    Role.SECRETARY: "书记",
    Role.EDITOR: "月报编辑",
    Role.SURVEY_ADMIN: "问卷管理",
    Role.ORG_ADMIN: "系统管理员",
    Role.AUDITOR: "上级检查",
}


@click.command()
@click.option("--grids", default=GRIDS, show_default=True, type=click.IntRange(1, 400), help="网格数")
@click.option("--seed", type=int, help="随机种子: 相同种子得到相同的数据")
@click.option("--serve", "and_serve", is_flag=True, help="随后启动服务")
@click.option("--public", is_flag=True, help="允许监听本机以外的地址")
@with_appcontext
def demo(*, grids: int, seed: int | None, and_serve: bool, public: bool) -> None:
    """建立演示社区并显示演示账号; 已有数据时原样保留。密码取自 MINQING_DEMO_PASSWORD, 默认随机。"""
    config: Config = current_app.config["MINQING"]
    if and_serve:
        check_host(config.host, public=public)
    upgrade()
    if db.session.scalar(select(Account.id).limit(1)) is None:
        make(current_app._get_current_object(), config, grids, seed)  # type: ignore[attr-defined] # noqa: SLF001 - Flask's way to the app itself
    else:
        click.echo(f"{config.data} 里已有数据, 原样保留")
    db.session.rollback()  # The snapshot of the look above is older than what was made since.
    say_accounts(config)
    if and_serve:
        db.session.remove()
        db.engine.dispose()  # No connection crosses gunicorn's fork.
        run(config, public=public)


def make(app: Flask, config: Config, grids: int, seed: int | None) -> None:
    """Make the community with a progress bar; its password is kept beside the database, mode 0600."""
    from server.demo import build  # noqa: PLC0415 - the other commands needn't load the generator
    from server.demo.story import SEED  # noqa: PLC0415

    password = os.environ.get("MINQING_DEMO_PASSWORD") or one_time_password()
    path = config.data / PASSWORD_FILE
    path.touch(mode=0o600)
    path.write_text(password + "\n", "utf-8")
    with click.progressbar(length=1, label="演示数据", show_percent=True) as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.label, bar.length = what, total
            bar.update(done - bar.pos)

        try:
            build(app, grids, SEED if seed is None else seed, password, progress)
        except BaseException:
            path.unlink()
            raise


def say_accounts(config: Config) -> None:
    """Print the accounts, one line for each role, the password where it is known, and the address."""
    path = config.data / PASSWORD_FILE
    known = path.is_file()
    logins: dict[str, list[str]] = {}
    for login, held in db.session.execute(select(Account.login, Account.roles).order_by(Account.login)):
        logins.setdefault("、".join(ROLE_NAMES[Role(role)] for role in held), []).append(login)
    click.echo()
    if known:
        for roles, names in sorted(logins.items()):
            shown_names = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
            click.echo(f"  {shown_names}  ({roles})")
        click.echo(f"  密码: {path.read_text('utf-8').strip()}")
    click.echo(f"  地址: http://{shown(config.host)}:{config.port}")
    click.echo()
