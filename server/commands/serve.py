"""`minqing serve`: gunicorn with the settings of the environment."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from gunicorn.app.base import BaseApplication

from server.app import create_app
from server.config import Config
from server.core.database import db
from server.core.errors import Misconfigured
from server.migrations import check_current

if TYPE_CHECKING:
    from flask import Flask

TIMEOUT_SECONDS = 120  # of a worker that doesn't beat; a long import answers within it
GRACEFUL_SECONDS = 30  # for requests under way when the server is told to stop
KEEPALIVE_SECONDS = 15
COLLECT_AFTER = (20_000, 20, 20)  # objects; younger collections before an older one
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


@click.command()
@click.option("--public", is_flag=True, help="允许监听本机以外的地址 (应放在 HTTPS 反向代理之后)")
def serve(*, public: bool) -> None:
    """启动服务 (gunicorn)。环境变量: HOST, PORT, WEB_CONCURRENCY, MINQING_DATA, DATABASE_URL。"""
    run(Config.from_environment(), public=public)


def run(config: Config, *, public: bool = False) -> None:
    """Serve until told to stop; Misconfigured for an address beyond loopback that isn't `public`."""
    check_host(config.host, public=public)
    check_database(config)
    if config.workers > 1:
        click.echo("提示: 登录次数限制按进程计数, WEB_CONCURRENCY>1 时上限相应放宽", err=True)
    click.echo(f"民情日记: http://{shown(config.host)}:{config.port}")
    Server(config).run()


def check_host(host: str, *, public: bool) -> None:
    """Refuse an address beyond loopback unless that is what was asked for."""
    if not public and not is_loopback(host):
        raise Misconfigured(
            f"HOST={host} 可从其他机器访问。确实需要时请加 --public, 并在前面放置 HTTPS 反向代理",
            field="HOST",
        )


def check_database(config: Config) -> None:
    """Refuse to serve tables of another version; no connection is left open for the fork."""
    app = create_app(config)
    with app.app_context():
        try:
            check_current()
        finally:
            db.engine.dispose()


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the address; any other name counts as beyond."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(host: str) -> str:
    """Return the host as it stands in an address: loopback as `localhost`, IPv6 in brackets."""
    if is_loopback(host):
        return "localhost"
    return f"[{host}]" if ":" in host else host


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn, set by our configuration and nothing else: no file, no command line."""

    def __init__(self, config: Config) -> None:
        """Keep the configuration."""
        self.config = config
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings."""
        for name, value in settings(self.config).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app; each worker makes its own, so that no connection crosses a fork."""
        logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
        app = create_app(self.config)
        spare_collector()
        return app


def spare_collector() -> None:
    """Keep the garbage collector from walking the app's modules in the midst of a push.

    A push makes tens of thousands of objects, nearly all freed without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def settings(config: Config) -> dict[str, Any]:
    """Return gunicorn's settings."""
    host = f"[{config.host}]" if ":" in config.host else config.host
    return {
        "bind": f"{host}:{config.port}",
        "workers": config.workers,
        "worker_class": "gthread",
        "threads": config.threads,
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": KEEPALIVE_SECONDS,
        # The workers' heartbeat file: on a disk, a slow fsync looks like a dead worker.
        "worker_tmp_dir": shared_memory(),
        "control_socket_disable": True,
        # The proxy's headers are read by ProxyFix, where the configuration says so.
        "forwarded_allow_ips": "",
        "proc_name": "minqing",
        "loglevel": "warning",
    }


def shared_memory() -> str | None:
    """Return a folder in memory that can be written; None leaves the choice to gunicorn."""
    folder = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file in it
    return str(folder) if folder.is_dir() and os.access(folder, os.W_OK) else None
