"""The command `minqing`: accounts by hand, the check of an installation, refusals in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import CliRunner, Result

from server.app import create_app
from server.cli import cli
from server.config import Config
from server.core.database import db
from server.core.errors import Misconfigured
from server.migrations import upgrade
from server.sync.receipts import signer_of
from tests.server.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

ADMIN = ("account", "create", "Admin", "管理员", "--role", "org_admin")


class Minqing(Protocol):
    """Runs a command of `minqing` on the test's folder, with more environment where it is given."""

    def __call__(self, *arguments: str, **environ: str) -> Result:
        """Return what the command did."""
        ...


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation on a folder of its own, with a built PWA."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<!doctype html>")
    return {"MINQING_DATA": str(tmp_path / "data"), "MINQING_STATIC": str(tmp_path / "dist")}


@pytest.fixture
def minqing(environ: dict[str, str]) -> Minqing:
    """Return a function that runs a command."""

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(cli, arguments, env=environ | more, prog_name="minqing")

    return run


@pytest.fixture
def installed(environ: dict[str, str]) -> Iterator[Flask]:
    """Yield the app of an installation whose database is at this version."""
    app = create_app(Config.from_environment(environ))
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def password_in(result: Result) -> str:
    """Return the one-time password that the command printed."""
    found = re.search(r"\w{4}-\w{4}-\w{4}", result.output)
    assert found is not None, result.output
    return found[0]


def test_it_lists_its_own_commands_and_no_others(minqing: Minqing) -> None:
    commands = ["account", "check", "compact", "db", "demo", "import", "serve", "verify"]
    assert cli.list_commands(None) == commands  # type: ignore[arg-type] # it needs no context
    assert "民情日记" in minqing("--help").output


def test_the_first_administrator_comes_with_a_district(minqing: Minqing, installed: Flask) -> None:
    result = minqing(*ADMIN, "--new-district", "茹县")
    assert result.exit_code == 0, result.output
    me = Client(installed).sign_in("admin", password_in(result)).get_json()
    assert (me["unit"]["name"], me["unit"]["kind"], me["must_change_password"]) == ("茹县", "district", True)


def test_compacting_says_what_is_forgotten(minqing: Minqing, installed: Flask) -> None:
    del installed
    result = minqing("compact", "--days", "30")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "已清理 0 个网格的 0 条移出记录 (30 天以前)",
        "已清理 0 个没有记录提到的照片文件 (30 天以前)",
    ]
    assert minqing("compact", "--days", "0").exit_code == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "请用 --unit 指定所属单位"),
        (("--unit", "没有县"), "没有单位 没有县 (--unit)"),
        (("--new-district", "第二县"), "数据库里已有单位, 请用 --unit (--new-district)"),
        (("--unit", "茹县"), "账号 admin 已经存在 (login)"),
        (("--unit", "茹县", "--role", "reviewer"), "该角色的账号必须属于社区 (roles)"),
        (("--unit", "茹县", "--role", "auditor"), "该角色的账号必须属于社区 (roles)"),
    ],
)
def test_a_wrong_account_is_refused_in_one_line(
    minqing: Minqing, installed: Flask, more: tuple[str, ...], message: str
) -> None:
    del installed
    minqing(*ADMIN, "--new-district", "茹县")
    result = minqing(*ADMIN, *more)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_an_account_is_reset_and_disabled(minqing: Minqing, installed: Flask) -> None:
    first = password_in(minqing(*ADMIN, "--new-district", "茹县"))
    minqing("account", "create", "zweiter", "第二人", "--role", "org_admin", "--unit", "茹县")
    second = password_in(minqing("account", "reset", "ADMIN"))
    client = Client(installed)
    assert client.sign_in("admin", first).status_code == 401
    assert client.sign_in("admin", second).status_code == 200
    assert minqing("account", "disable", "admin").exit_code == 0
    assert client.get("/api/session").status_code == 401
    assert client.sign_in("admin", second).get_json()["code"] == "account_disabled"
    assert client.sign_in("admin", password_in(minqing("account", "reset", "admin"))).status_code == 200


def test_the_last_administrator_is_not_disabled(minqing: Minqing, installed: Flask) -> None:
    password = password_in(minqing(*ADMIN, "--new-district", "茹县"))
    result = minqing("account", "disable", "admin")
    assert result.exit_code == 1
    assert "最后一个系统管理员" in result.output
    assert Client(installed).sign_in("admin", password).status_code == 200


def test_an_unknown_account_is_named(minqing: Minqing, installed: Flask) -> None:
    del installed
    result = minqing("account", "reset", "nobody")
    assert (result.exit_code, result.output) == (1, "Error: 没有账号 nobody (LOGIN)\n")


def test_an_upgrade_says_from_where_to_where(minqing: Minqing) -> None:
    assert minqing("db", "upgrade").output.startswith("数据库已从 空 升级到 ")
    assert minqing("db", "upgrade").output.startswith("数据库已是最新版本 ")


def test_the_check_of_a_sound_installation_ends_well(minqing: Minqing, installed: Flask) -> None:
    del installed
    result = minqing("check")
    assert result.exit_code == 0, result.output
    assert [line[0] for line in result.output.splitlines()] == ["✓"] * 9


def test_the_demo_says_its_accounts_and_keeps_them_when_it_is_run_again(
    minqing: Minqing, environ: dict[str, str]
) -> None:
    first = minqing("demo", "--grids", "1", MINQING_DEMO_PASSWORD="yan-shi-mi-ma")  # noqa: S106 - of this demo
    assert first.exit_code == 0, first.output
    assert "yan-shi-mi-ma" in first.output
    assert "http://localhost:8000" in first.output
    again = minqing("demo", "--grids", "1")
    assert again.exit_code == 0, again.output
    assert "已有数据, 原样保留" in again.output
    assert "yan-shi-mi-ma" in again.output
    app = create_app(Config.from_environment(environ))
    for login in ("cadre01", "supervisor01", "admin"):
        assert Client(app).sign_in(login, "yan-shi-mi-ma").status_code == 200, login
    with app.app_context():
        db.engine.dispose()


def test_a_demo_that_would_be_served_to_the_world_is_not_even_made(minqing: Minqing, tmp_path: Path) -> None:
    result = minqing("demo", "--serve", HOST="0.0.0.0")  # noqa: S104 - it is refused
    assert result.exit_code == 1
    assert "--public" in result.output
    assert not (tmp_path / "data" / "minqing.sqlite3").exists()


def open_key(tmp_path: Path) -> Path:
    """Return the path of a receipt key that everybody may read."""
    path = tmp_path / "key.pem"
    signer_of(path)
    path.chmod(0o644)
    return path


ENVIRONS = {
    "public": {"HOST": "0.0.0.0"},  # noqa: S104 - it is to be found
    "port": {"PORT": "70000"},
    "database": {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
}
TEXTS = {"short secret": "secret", "receipt key": "receipt-key.pem"}
MODES = {"secret": ("secret", 0o644), "folder": ("", 0o755)}


def spoil(tmp_path: Path, what: str) -> dict[str, str]:
    """Make something wrong in the installation; return the environment that does, if it is one."""
    if what in TEXTS:
        (tmp_path / "data" / TEXTS[what]).write_text("abc")
    if what in MODES:
        name, mode = MODES[what]
        (tmp_path / "data" / name).chmod(mode)
    if what == "pages":
        (tmp_path / "dist" / "index.html").unlink()
    if what == "open receipt key":
        return {"MINQING_RECEIPT_KEY": str(open_key(tmp_path))}
    return ENVIRONS.get(what, {})


@pytest.mark.parametrize(
    ("what", "line", "mend"),
    [
        ("public", "✗ 监听地址: 0.0.0.0:8000", "MINQING_BEHIND_PROXY=1"),
        ("port", "✗ 配置: PORT='70000' 不是 1 到 65535 之间的整数", "改正 PORT"),
        ("database", "✗ 数据库: 连接失败", "检查 DATABASE_URL"),
        ("secret", "✗ 密钥文件", "chmod 0600"),
        ("short secret", "✗ 配置: 密钥文件", "删除它后重新启动"),
        ("receipt key", "✗ 收据密钥", "从备份恢复"),
        ("open receipt key", "✗ 收据密钥", "chmod 0600"),
        ("folder", "✗ 数据目录", "chmod 0750"),
        ("pages", "✗ 页面文件", "make build"),
    ],
)
def test_the_check_says_what_is_wrong_and_how_to_mend_it(  # noqa: PLR0913 - the columns of the table above
    minqing: Minqing, installed: Flask, tmp_path: Path, *, what: str, line: str, mend: str
) -> None:
    del installed
    result = minqing("check", **spoil(tmp_path, what))
    assert result.exit_code == 1
    assert line in result.output
    assert mend in result.output
    assert result.output.count("✗") == 1


def test_the_check_sends_to_the_upgrade_that_is_missing(minqing: Minqing) -> None:
    result = minqing("check")
    assert result.exit_code == 1
    assert "minqing db upgrade" in result.output


def test_a_port_that_is_no_number_is_refused_with_its_name(environ: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="PORT='acht'") as caught:
        Config.from_environment(environ | {"PORT": "acht"})
    assert caught.value.field == "PORT"


def test_the_secret_is_made_once_and_for_its_owner_only(environ: dict[str, str], tmp_path: Path) -> None:
    first = Config.from_environment(environ).secret
    assert Config.from_environment(environ).secret == first
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert len(first) == 64


def test_a_postgresql_address_gets_its_driver(environ: dict[str, str]) -> None:
    for url in ("postgres://a@b/c", "postgresql://a@b/c", "postgresql+psycopg://a@b/c"):
        assert Config.from_environment(environ | {"DATABASE_URL": url}).database_url == (
            "postgresql+psycopg://a@b/c"
        )


def test_a_folder_that_cannot_be_made_is_said(environ: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="不能读写"):
        Config.from_environment(environ | {"MINQING_DATA": "/proc/minqing"})
