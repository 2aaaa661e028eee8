"""`minqing import`: what comes in from spreadsheets."""

from __future__ import annotations

import click

import_commands = click.Group("import", help="导入: households 住户。")
