"""`minqing compact`: forget what no phone will ask for any more."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from server.core.database import now, reading, writing
from server.files.blobs import remove_unnamed
from server.files.store import current_store
from server.migrations import check_current
from server.questionnaires.media import named_files as questionnaire_files
from server.sync.compacting import compact as forget
from server.sync.named_files import named_files

KEPT_DAYS = 400
UNNAMED_STAYS = timedelta(days=30)  # a photo whose record is still on a phone that is offline


@click.command()
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=KEPT_DAYS,
    show_default=True,
    help="保留最近多少天; 更久没有同步的手机将重新下载该网格的全部记录",
)
@with_appcontext
def compact(days: int) -> None:
    """清理早已移出网格的记录的痕迹, 和没有记录提到的照片; 记录本身和操作日志不会改变。"""
    check_current()
    before = now() - UNNAMED_STAYS
    with writing() as session:
        forgotten = forget(session, days)
    click.echo(f"已清理 {forgotten.scopes} 个网格的 {forgotten.departures} 条移出记录 ({days} 天以前)")
    with reading() as session:
        named = named_files(session) | questionnaire_files(session)
    removed = remove_unnamed(current_store(), named, before)
    click.echo(f"已清理 {removed} 个没有记录提到的照片文件 ({UNNAMED_STAYS.days} 天以前)")
