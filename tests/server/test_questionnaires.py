"""Questionnaires through the API: versions, media, downloads; and who of which community may."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from sqlalchemy import update

from server.accounts.models import Account
from server.core.database import writing
from server.questionnaires.authoring import making
from server.questionnaires.media import named_files
from tests.server.forms import CHOICES, SETTINGS, SURVEY, Rows, good, rows_of, workbook

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client, SignIn

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def author(sign_in: SignIn) -> Client:
    """Return the browser of the person who writes questionnaires."""
    return sign_in("survey_admin")


def send(client: Client, method: str, path: str, content: bytes, name: str = "需求.xlsx") -> TestResponse:
    """Return the answer to the upload."""
    return client.request(method, path, data={"file": (BytesIO(content), name)})


def stored(client: Client, content: bytes | None = None) -> dict[str, Any]:
    """Return what storing the form answered."""
    answer = send(client, "POST", "/api/questionnaires", content or good())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()
    return made


def changed(label: str) -> bytes:
    """Return the good form with another text."""
    rows: Rows = [SURVEY[0], [*SURVEY[1][:2], label, ""], *SURVEY[2:]]
    return good(survey=rows)


def test_a_form_is_stored_and_all_of_it_can_be_downloaded_again(author: Client) -> None:
    content = good()
    made = stored(author, content)
    base = f"/api/questionnaires/{made['id']}/versions/1"
    (listed,) = author.get("/api/questionnaires").get_json()
    assert (listed["id"], listed["title"]) == (made["id"], "居民需求")
    assert author.get(f"{base}/form.xlsx").get_data() == content
    xml = author.get(f"{base}/form.xml")
    assert xml.headers["ETag"] == f'"{made["sha256"]}"'
    assert "immutable" in xml.headers["Cache-Control"]
    assert "sandbox" in xml.headers["Content-Security-Policy"]
    assert b"lives_here" in xml.get_data()
    rows = author.get(f"{base}/rows").get_json()["rows"]
    assert rows["survey"][0]["name"] == "lives_here"
    assert author.get(f"{base}/form.xml", headers={"If-None-Match": xml.headers["ETag"]}).status_code == 304
    assert author.get(f"/api/questionnaires/{made['id']}/versions/2/form.xml").status_code == 404


def test_the_same_version_is_refused_and_another_one_taken(author: Client) -> None:
    made = stored(author)
    path = f"/api/questionnaires/{made['id']}"
    again = send(author, "POST", "/api/questionnaires", good())
    assert (again.status_code, again.get_json()["code"], again.get_json()["id"]) == (
        409,
        "same_form",
        made["id"],
    )
    same = send(author, "PUT", path, good())
    assert (same.status_code, same.get_json()["code"]) == (409, "same_version")
    second = send(author, "PUT", path, changed("您住在这里吗?"))
    assert (second.status_code, second.get_json()["version"]) == (201, 2)
    (listed,) = author.get("/api/questionnaires").get_json()
    assert [version["number"] for version in listed["versions"]] == [2, 1]


def test_a_version_that_says_an_earlier_ones_name_is_refused(author: Client) -> None:
    settings: Rows = [["form_title", "version"], ["居民需求", "2026-1"]]
    made = stored(author, good(settings=settings))
    rows: Rows = [*SURVEY, ["text", "more", "还有什么?", ""]]
    answer = send(author, "PUT", f"/api/questionnaires/{made['id']}", good(survey=rows, settings=settings))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "same_version")
    assert "2026-1" in answer.get_json()["title"]


def test_a_bad_form_is_refused_with_every_error_and_nothing_is_stored(author: Client) -> None:
    rows: Rows = [SURVEY[0], ["txt", "a", "甲", ""], ["text", "姓名", "乙", "${gone}"]]
    answer = send(author, "POST", "/api/questionnaires", good(survey=rows))
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "bad_form")
    found = {(one["sheet"], one["row"], one["column"], one["code"]) for one in body["errors"]}
    assert found == {
        ("survey", 2, "type", "unknown_type"),
        ("survey", 3, "name", "non_ascii_name"),
        ("survey", 3, "relevant", "unknown_reference"),
    }
    assert author.get("/api/questionnaires").get_json() == []


def test_rows_and_spreadsheets_meet(author: Client) -> None:
    rows = rows_of(survey=SURVEY, choices=CHOICES, settings=SETTINGS)
    answer = author.post("/api/questionnaires", {"name": "居民需求", "rows": rows})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made = answer.get_json()
    sheet = author.get(f"/api/questionnaires/{made['id']}/versions/1/form.xlsx").get_data()
    book = openpyxl.load_workbook(BytesIO(sheet))
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert making.made({"name": "x.xlsx"}, sheet).xform == making.made({"name": "x.xlsx"}, good()).xform
    same = send(author, "PUT", f"/api/questionnaires/{made['id']}", sheet, "居民需求.xlsx")
    assert (same.status_code, same.get_json()["code"]) == (409, "same_version")


def test_what_looks_like_a_formula_stays_text(author: Client) -> None:
    rows = {"survey": [{"type": "note", "name": "n", "label": "=HYPERLINK(1)"}]}
    made = author.post("/api/questionnaires", {"name": "x", "rows": rows}).get_json()
    sheet = author.get(f"/api/questionnaires/{made['id']}/versions/1/form.xlsx").get_data()
    page = openpyxl.load_workbook(BytesIO(sheet))["survey"]
    assert (page["C2"].value, page["C2"].data_type) == ("=HYPERLINK(1)", "s")


def test_a_check_stores_nothing_and_gives_the_form_for_the_preview(author: Client) -> None:
    answer = send(author, "POST", "/api/questionnaires/check", good())
    body = answer.get_json()
    assert (answer.status_code, body["errors"], body["warnings"]) == (200, [], [])
    assert "加装电梯" in body["xform"]
    rows = {"survey": [{"type": "txt", "name": "a", "label": "甲"}]}
    bad = author.post("/api/questionnaires/check", {"rows": rows}).get_json()
    assert (bad["xform"], [one["code"] for one in bad["errors"]]) == (None, ["unknown_type"])
    assert author.get("/api/questionnaires").get_json() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"rows": []}, {"rows": {"secret": []}}, {"rows": {"survey": [{"type": 1}]}}, {"rows": {}, "x": 1}],
)
def test_rows_of_another_shape_are_refused(author: Client, body: dict[str, Any]) -> None:
    answer = author.post("/api/questionnaires/check", body)
    assert answer.status_code == 422, answer.get_data(as_text=True)


def test_media_are_kept_beside_a_version_and_go_on_to_the_next(author: Client, app: Flask) -> None:
    head = [*SURVEY[0], "media::image"]
    rows: Rows = [head, *([*row, ""] for row in SURVEY[1:3]), [*SURVEY[3], "lift.png"]]
    made = stored(author, good(survey=rows))
    assert made["missing_media"] == ["lift.png"]
    path = f"/api/questionnaires/{made['id']}/versions/1/media/lift.png"
    put = author.request("PUT", path, data=PNG, headers={"Content-Type": "image/png"})
    assert (put.status_code, put.get_json()["size"]) == (200, len(PNG))
    assert author.get(path).get_data() == PNG
    assert author.get(f"/api/surveys/forms/{made['version_id']}/media/lift.png").get_data() == PNG
    second = send(
        author,
        "PUT",
        f"/api/questionnaires/{made['id']}",
        good(survey=[*rows, ["text", "z", "最后", "", ""]]),
    )
    assert second.get_json()["missing_media"] == []
    with app.app_context(), writing() as session:
        assert named_files(session) == {put.get_json()["sha256"]}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"<script>", "bad_file"),
        ("a.html", b"<script>", "bad_name"),
        ("..%2Fa.png", PNG, "bad_name"),
        ("a.csv", b"\xff\xfe", "bad_file"),
        ("a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "bad_file"),
        ("a.png", b"", "bad_file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    author: Client, name: str, content: bytes, code: str
) -> None:
    made = stored(author)
    answer = author.request("PUT", f"/api/questionnaires/{made['id']}/versions/1/media/{name}", data=content)
    assert answer.status_code in {404, 422}
    assert answer.status_code == 404 or answer.get_json()["code"] == code


def test_every_account_of_the_community_reads_the_form_and_nobody_else(
    author: Client, sign_in: SignIn
) -> None:
    made = stored(author)
    path = f"/api/surveys/forms/{made['version_id']}"
    for login in ("cadre1", "grid_lead", "reviewer", "district_admin"):
        assert sign_in(login).get(path).status_code == 200, login
    for login in ("other_cadre", "other_admin", "far_cadre"):
        assert sign_in(login).get(path).status_code == 404, login


def test_the_authors_of_another_community_reach_nothing(app: Flask, author: Client, sign_in: SignIn) -> None:
    made = stored(author)
    with app.app_context(), writing() as session:
        roles = ["survey_admin", "secretary", "reviewer"]
        session.execute(update(Account).where(Account.login == "other_reviewer").values(roles=roles))
    stranger = sign_in("other_reviewer")
    base = f"/api/questionnaires/{made['id']}"
    assert stranger.get("/api/questionnaires").get_json() == []
    for part in ("form.xml", "form.xlsx", "rows", "media/a.png"):
        assert stranger.get(f"{base}/versions/1/{part}").status_code == 404, part
    assert send(stranger, "PUT", base, good()).status_code == 404
    assert stranger.patch(base, {"archived": True}).status_code == 404
    assert stranger.request("PUT", f"{base}/versions/1/media/a.png", data=PNG).status_code == 404


def test_an_archived_questionnaire_stays_and_says_so(author: Client) -> None:
    made = stored(author)
    assert author.patch(f"/api/questionnaires/{made['id']}", {"archived": True}).status_code == 204
    (listed,) = author.get("/api/questionnaires").get_json()
    assert listed["archived"] is True
    assert stored(author)["id"] != made["id"]


def test_a_file_of_another_kind_is_refused_with_what_to_do(author: Client) -> None:
    for content in (b"%PDF", workbook(x=[["a"]], y=[["b"]])):
        answer = send(author, "POST", "/api/questionnaires", content)
        assert answer.status_code == 422, answer.get_data(as_text=True)
    assert author.request("POST", "/api/questionnaires", data={}).status_code == 422
