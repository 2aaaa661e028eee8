"""`minqing check`: what is wrong with an installation, and how to mend it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.app import create_app
from server.commands.serve import is_loopback
from server.config import Config
from server.core.database import db
from server.core.errors import MinqingError
from server.files.store import store_for
from server.migrations import head, present
from server.sync.receipts import signer_of

FREE_BYTES = 1024**3  # a year of a district's records takes about this
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, whether it is well, and how to mend it."""

    what: str
    is_well: bool
    detail: str
    mend: str = ""

    def line(self) -> str:
        """Return the line that is printed."""
        mark = "✓" if self.is_well else "✗"
        return f"{mark} {self.what}: {self.detail}" + ("" if self.is_well else f"\n    怎么办: {self.mend}")


@click.command()
def check() -> None:
    """检查配置、目录权限、磁盘、数据库、迁移、页面文件; 有问题时说明怎么办, 退出码为 1。"""
    try:
        config = Config.from_environment()
    except MinqingError as error:
        found = [Finding("配置", is_well=False, detail=error.message, mend=f"改正 {error.field} 后重新检查")]
    else:
        found = findings(config)
    for finding in found:
        click.echo(finding.line())
    if not all(finding.is_well for finding in found):
        raise SystemExit(1)


def findings(config: Config) -> list[Finding]:
    """Return what each look at the installation found."""
    looks: tuple[Callable[[Config], Finding], ...] = (
        address,
        folder,
        secret,
        receipt_key,
        disk,
        pages,
        photos,
    )
    return [look(config) for look in looks] + database(create_app(config))


def address(config: Config) -> Finding:
    """Look whether an address beyond loopback stands behind a proxy."""
    is_well = is_loopback(config.host) or config.behind_proxy
    mend = "改用 HOST=127.0.0.1, 或在前面放置 HTTPS 反向代理并设置 MINQING_BEHIND_PROXY=1"
    return Finding("监听地址", is_well, f"{config.host}:{config.port}", mend)


def folder(config: Config) -> Finding:
    """Look whether the data folder can be written, and by whom else."""
    mode = stat.S_IMODE(config.data.stat().st_mode)
    if not os.access(config.data, os.R_OK | os.W_OK | os.X_OK):
        mend = f"chown -R $USER {config.data}"
        return Finding("数据目录", is_well=False, detail=f"{config.data} 不能读写", mend=mend)
    is_well = not mode & stat.S_IRWXO
    return Finding("数据目录", is_well, f"{config.data} 权限 {mode:04o}", f"chmod 0750 {config.data}")


def secret(config: Config) -> Finding:
    """Look whether the secret can be read by its owner only."""
    path = config.data / "secret"
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding("密钥文件", not mode & OTHERS, f"{path} 权限 {mode:04o}", f"chmod 0600 {path}")


def receipt_key(config: Config) -> Finding:
    """Look whether the key of the receipts can be used, by its owner only; it is made if need be."""
    path = config.receipt_key
    try:
        key = signer_of(path).key
    except MinqingError as error:
        mend = "从备份恢复这个文件; 用新的密钥, 以前的收据就不能再验证"
        return Finding("收据密钥", is_well=False, detail=error.message, mend=mend)
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding("收据密钥", not mode & OTHERS, f"{path} ({key}) 权限 {mode:04o}", f"chmod 0600 {path}")


def disk(config: Config) -> Finding:
    """Look whether the disk has room for a year."""
    free = shutil.disk_usage(config.data).free
    detail = f"剩余 {free / 1024**3:.1f} GiB"
    return Finding("磁盘空间", free >= FREE_BYTES, detail, "清理磁盘, 或用 MINQING_DATA 换一个目录")


def pages(config: Config) -> Finding:
    """Look whether the PWA has been built."""
    index = config.static / "index.html"
    return Finding("页面文件", index.is_file(), str(config.static), "运行 make build")


def photos(config: Config) -> Finding:
    """Look whether photos can be stored."""
    mend = "检查 MINQING_BLOBS、MINQING_BLOBS_ENDPOINT、访问密钥和目录权限"
    try:
        store_for(config).probe()
    except (MinqingError, OSError) as error:
        return Finding("照片存储", is_well=False, detail=f"{config.blobs} 不能使用 ({error})", mend=mend)
    return Finding("照片存储", is_well=True, detail=config.blobs)


def database(app: Flask) -> list[Finding]:
    """Look whether the database answers, keeps what it says, and is at this version."""
    with app.app_context():
        try:
            return [durability(), migrations()]
        except SQLAlchemyError as error:
            detail, mend = f"连接失败 ({type(error).__name__})", "检查 DATABASE_URL 和数据库服务"
            return [Finding("数据库", is_well=False, detail=detail, mend=mend)]
        finally:
            db.session.remove()
            db.engine.dispose()


def durability() -> Finding:
    """Look whether SQLite could switch to WAL, which a network disk refuses."""
    if db.engine.dialect.name != "sqlite":
        return Finding("数据库", is_well=True, detail=f"{db.engine.dialect.name} 可以连接")
    with db.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        broken = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    detail = f"SQLite, 日志模式 {mode}, 完整性 {broken}"
    mend = "数据目录必须在本机磁盘上 (不能是网络盘); 完整性有问题时从备份恢复"
    return Finding("数据库", mode == "wal" and broken == "ok", detail, mend)


def migrations() -> Finding:
    """Look whether the tables are those of this version."""
    now = present()
    return Finding("表结构", now == head(), f"现为 {now or '空'}, 应为 {head()}", "运行 minqing db upgrade")
