"""`minqing db upgrade`: bring the tables to the state of this version."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from server.migrations import head, present, upgrade

database_commands = click.Group("db", help="数据库: upgrade 升级表结构。")


@database_commands.command("upgrade")
@with_appcontext
def upgrade_command() -> None:
    """把数据库升级到当前版本; 可以重复运行, 不会丢失数据。"""
    before = present()
    upgrade()
    is_new = before == head()
    click.echo(f"数据库已是最新版本 {head()}" if is_new else f"数据库已从 {before or '空'} 升级到 {head()}")
