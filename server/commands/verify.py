"""`minqing verify`: proves that the database holds what was acknowledged, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.database import reading
from server.files.blobs import broken_blobs
from server.files.store import current_store
from server.sync.receipts import signer_of
from server.sync.verify import verify as examine
from server.sync.verify.receipt import check_receipt

if TYPE_CHECKING:
    from pathlib import Path

MOST_SHOWN = 200  # findings on the screen; the rest is counted


@click.command()
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="另外核对这张收据 (JSON 文件), 可重复",
)
@with_appcontext
def verify(receipts: tuple[str, ...]) -> None:
    """核对数据库: 每台设备的操作一条不少, 每个存下的值都有操作为据, 照片完好; 有问题时列出, 退出码为 1。"""
    with reading() as session:
        signer = signer_of(current_app.config["MINQING"].receipt_key)
        wrong = [
            f"{file}：{found}" for file in receipts for found in check_receipt(session, signer, read(file))
        ]
        with click.progressbar(length=1, label="核对", show_percent=True) as bar:

            def progress(what: str, done: int, total: int) -> None:
                bar.label, bar.length = f"核对{what}", max(total, 1)
                bar.update(done - bar.pos)

            report = examine(session, progress)
        for broken in broken_blobs(session, current_store()):
            what = "文件缺失" if broken.why == "missing" else "文件内容与名称不符"
            report.say(f"照片 {broken.sha256}：{what}")
    for finding in [*wrong, *report.findings][:MOST_SHOWN]:
        click.echo(f"✗ {finding}")
    count = len(wrong) + report.count
    if count > MOST_SHOWN:
        click.echo(f"  … 还有 {count - MOST_SHOWN} 处")
    looked = f"{report.devices} 台设备, {report.ops} 条操作, {report.records} 条记录"
    if count:
        raise click.ClickException(f"核对了 {looked}, 有 {count} 处不对")
    click.echo(f"✓ 核对了 {looked}: 全部有据")
    if receipts:
        click.echo(f"✓ {len(receipts)} 张收据属实")


def read(file: str | Path) -> object:
    """Return the JSON value in the file; None where it holds none."""
    try:
        with open(file, encoding="utf-8") as text:  # noqa: PTH123 - click hands a name
            return json.load(text)
    except ValueError:
        return None
