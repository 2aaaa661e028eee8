"""The command `minqing`: Flask's command line with the commands of this application."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import FlaskGroup

from server.app import create_app
from server.commands.accounts import account_commands
from server.commands.check import check
from server.commands.compact import compact
from server.commands.database import database_commands
from server.commands.demo import demo
from server.commands.households import import_commands
from server.commands.serve import serve
from server.commands.verify import verify
from server.core.errors import MinqingError


class MinqingGroup(FlaskGroup):
    """Flask's group, which says our own errors as one line instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return our own commands; what extensions offer to developers is no part of this one."""
        del ctx
        return sorted(self.commands)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of the name, without loading the app for it."""
        del ctx
        return self.commands.get(name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a MinqingError becomes its message and the exit code 1."""
        try:
            return super().invoke(ctx)
        except MinqingError as error:
            place = f" ({error.field})" if error.field else ""
            message = f"{error.message}{place}"
            raise click.ClickException(message) from error


# Only our own commands: `flask run` and `flask shell` have no place on a production machine.
cli = MinqingGroup(
    name="minqing",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
    context_settings={"auto_envvar_prefix": None},
    help="民情日记: demo, serve, db upgrade, import households, account, check, verify, compact.",
)
cli.params.clear()  # Flask's --app, --env-file and --debug
for command in (demo, serve, database_commands, import_commands, account_commands, check, verify, compact):
    cli.add_command(command)


def main() -> None:
    """Run the command line under its own name; what it writes, others on the machine can't read."""
    os.umask(0o027)
    cli.main(args=sys.argv[1:], prog_name="minqing")
