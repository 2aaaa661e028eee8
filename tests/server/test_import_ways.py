"""The two ways in: `POST /api/households/import` and `minqing import households`."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from server.commands.households import import_commands
from server.core.package import MOST_BYTES
from tests.server.spreadsheets import book, row

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import SignIn

URL = "/api/households/import"


def sent(sign_in: SignIn, account: str | None, stream: BytesIO, **form: str) -> TestResponse:
    data: dict[str, Any] = {"file": (stream, "住户.xlsx"), **form}
    return sign_in(account).request("POST", URL, data=data, content_type="multipart/form-data")


def test_an_administrator_imports_a_list(sign_in: SignIn) -> None:
    answer = sent(sign_in, "org_admin", book([row(), row(户号="2")]), skip_bad="0", dry_run="0")
    assert answer.status_code == 200
    assert answer.json == {
        "sheet": "住户", "rows": 2, "imported": 2, "created": 2, "updated": 0, "unchanged": 0, "kept": 0,
        "moved": 0, "conflicts": 0, "skipped": 0, "dry_run": False, "refused": False, "notes": [],
        "errors": [],
    }  # fmt: skip


def test_bad_rows_refuse_the_list_and_are_all_told(sign_in: SignIn) -> None:
    answer = sent(sign_in, "org_admin", book([row(人数="多"), row(户号="2", 门牌=""), row(户号="3")]))
    assert answer.status_code == 422
    problem = answer.json
    assert problem is not None
    assert (problem["code"], problem["field"], problem["title"]) == (
        "bad_rows",
        "file",
        "有 2 行有误，全部没有导入",
    )
    assert (problem["rows"], problem["imported"]) == (3, 0)
    assert [(error["row"], error["column"]) for error in problem["errors"]] == [(2, "人数"), (3, "门牌")]


def test_skip_bad_and_dry_run_are_choices_of_the_form(sign_in: SignIn) -> None:
    stream = [row(人数="多"), row(户号="2")]
    tried = sent(sign_in, "org_admin", book(stream), dry_run="1")
    done = sent(sign_in, "org_admin", book(stream), skip_bad="1")
    assert tried.json is not None
    assert done.json is not None
    assert (tried.status_code, tried.json["created"], tried.json["skipped"]) == (200, 1, 1)
    assert (done.status_code, done.json["created"], done.json["skipped"]) == (200, 1, 1)


@pytest.mark.parametrize("account", ["cadre1", "reviewer", "secretary", "editor", "auditor", "grid_lead"])
def test_nobody_else_may_import(sign_in: SignIn, account: str) -> None:
    assert sent(sign_in, account, book([row()])).status_code == 403


def test_without_a_session_it_is_401(sign_in: SignIn) -> None:
    assert sent(sign_in, None, book([row()])).status_code == 401


def test_an_administrator_above_the_community_is_told_to_use_another_account(sign_in: SignIn) -> None:
    answer = sent(sign_in, "district_admin", book([row()]))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["title"].startswith("住户要由社区的系统管理员导入")


def test_a_foreign_communitys_grid_isnt_known(sign_in: SignIn) -> None:
    answer = sent(sign_in, "other_admin", book([row()]))
    assert answer.json is not None
    assert answer.json["errors"][0]["message"].startswith("本社区没有网格“grid1”，是不是“other_grid”")


def test_a_missing_file_is_named(sign_in: SignIn) -> None:
    answer = sign_in("org_admin").request(
        "POST", URL, data={"skip_bad": "1"}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["field"] == "file"


def test_a_body_over_the_limit_is_refused_with_the_limit(sign_in: SignIn) -> None:
    kind = "multipart/form-data; boundary=x"
    body = bytes(MOST_BYTES + 100_000)
    answer = sign_in("org_admin").request("POST", URL, data=body, content_type=kind)
    assert answer.status_code == 413
    assert answer.json is not None
    assert "20 MB" in answer.json["title"]


def test_the_template_can_be_imported_once_its_example_is_replaced(sign_in: SignIn) -> None:
    answer = sign_in("org_admin").get("/api/households/template.xlsx")
    assert answer.status_code == 200
    made = openpyxl.load_workbook(BytesIO(answer.data))
    sheet = made["住户"]
    headings = [cell.value for cell in sheet[1]]
    for name, value in {"网格": "grid1", "小区": "estate1"}.items():
        sheet.cell(2, headings.index(name) + 1, value)
    stream = BytesIO()
    made.save(stream)
    stream.seek(0)
    done = sent(sign_in, "org_admin", stream)
    assert done.json is not None
    assert (done.status_code, done.json["created"]) == (200, 1)


@pytest.mark.usefixtures("org")
def test_the_command_imports_and_says_what_it_did(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "住户.xlsx"
    path.write_bytes(book([row(), row(户号="2", 人数="多")]).getvalue())
    runner = app.test_cli_runner()
    common = ["households", str(path), "--account", "org_admin"]

    refused = runner.invoke(import_commands, common)
    assert refused.exit_code == 1
    assert "第 3 行 [人数] I3 “多”不是整数" in refused.output
    assert "全部没有导入" in refused.output

    done = runner.invoke(import_commands, [*common, "--skip-bad"])
    assert done.exit_code == 0, done.output
    assert "已新增 1 户, 更新 0 户, 不变 0 户, 跳过 1 行" in done.output


@pytest.mark.usefixtures("org")
def test_the_command_asks_for_the_account_where_there_are_several(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(book([row()]).getvalue())
    done = app.test_cli_runner().invoke(import_commands, ["households", str(path)])
    assert done.exit_code == 1
    assert "请用 --account 指定社区管理员的账号 (org_admin、other_admin)" in str(done.exception)
