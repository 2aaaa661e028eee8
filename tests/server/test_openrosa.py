"""OpenRosa as Enketo's communicator speaks it: list, form, manifest, HEAD, submission, again, conflict."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select, update

from server.accounts.models import Account
from server.core.database import reading, writing
from server.core.days import today
from server.questionnaires.models import SurveyResponse, SurveyRound
from server.sync.verify import verify
from tests.server.forms import SURVEY, Rows, good
from tests.server.organisation import PASSWORD
from tests.server.phone import Phone
from tests.server.surveys import new_round, opened
from tests.server.test_questionnaires import PNG, send

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client, SignIn

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


class Collect:
    """A client that speaks OpenRosa, with an account and its password."""

    def __init__(self, app: Flask, login: str = "cadre1", password: str = PASSWORD) -> None:
        """Begin without a cookie: it sends its password each time."""
        self.client = app.test_client(use_cookies=False)
        self.auth = (login, password)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:  # noqa: ANN401
        """Return the answer."""
        headers = {"X-OpenRosa-Version": "1.0"} | options.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, auth=self.auth, **options)

    def tree(self, path: str) -> ET.Element:
        """Return the XML of the answer."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.content_type == "text/xml; charset=utf-8"
        return ET.fromstring(answer.get_data())  # noqa: S314 - our own server's

    def submit(self, text: str, **more: bytes) -> TestResponse:
        """Return the answer to the submission, with further files."""
        data: dict[str, Any] = {"xml_submission_file": (BytesIO(text.encode()), "submission.xml")}
        data |= {name: (BytesIO(content), f"{name}.jpg") for name, content in more.items()}
        return self.ask("POST", "/openrosa/submission", data=data)


@pytest.fixture
def round_id(admin: Client) -> str:
    """Return an open named round of a form with a picture."""
    rows: Rows = [
        [*SURVEY[0], "media::image"],
        *([*row, ""] for row in SURVEY[1:3]),
        [*SURVEY[3], "lift.png"],
    ]
    made = send(admin, "POST", "/api/questionnaires", good(survey=rows)).get_json()
    path = f"/api/questionnaires/{made['id']}/versions/1/media/lift.png"
    assert admin.request("PUT", path, data=PNG).status_code == 200
    return opened(admin, new_round(made["version_id"], mode="named")).id


def filled(round_id: str, instance: str = "uuid:1", years: str = "3", **attributes: str) -> str:
    """Return a submission of the form."""
    said = {"id": round_id, "version": "1"} | attributes
    head = " ".join(f'{name}="{value}"' for name, value in said.items())
    return (
        f"<data {head}><lives_here>yes</lives_here><years>{years}</years><needs>lift</needs>"
        f"<meta><instanceID>{instance}</instanceID><instanceName>单小红</instanceName></meta></data>"
    )


def test_a_client_lists_loads_fills_and_submits_a_named_round(
    app: Flask, round_id: str, sign_in: SignIn
) -> None:
    collect = Collect(app)
    (form,) = collect.tree("/openrosa/formList")
    said = {child.tag.removeprefix(LIST): child.text or "" for child in form}
    assert (said["formID"], said["version"], said["name"]) == (round_id, "1", "社区服务满意度")
    document = collect.ask("GET", said["downloadUrl"])
    assert f'id="{round_id}"' in document.get_data(as_text=True)
    assert said["hash"].startswith("md5:")
    (file,) = collect.tree(said["manifestUrl"])
    parts = {child.tag.removeprefix(MANIFEST): child.text or "" for child in file}
    assert collect.ask("GET", parts["downloadUrl"]).get_data() == PNG
    head = collect.ask("HEAD", "/openrosa/submission")
    assert (head.status_code, head.headers["Location"]) == (204, "http://localhost/openrosa/submission")
    answer = collect.submit(filled(round_id))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    for one in (document, head, answer):
        assert one.headers["X-OpenRosa-Version"] == "1.0"
        assert one.headers["X-OpenRosa-Accept-Content-Length"] == "1048576"
        assert one.headers["Date"].endswith("GMT")
    with app.app_context(), reading() as session:
        row = session.scalars(select(SurveyResponse)).one()
        assert (row.round_id, row.via) == (round_id, "openrosa")
        scope = f"grid:{row.grid_id}"
        assert verify(session, lambda _what, _done, _total: None).findings == []
    reviewer = Phone(sign_in("reviewer"), scope)
    reviewer.sync()
    (record,) = reviewer.of_type("survey_response")
    assert (record["f"]["name"], record["f"]["answers"]) == ("单小红", filled(round_id))


def test_a_submission_again_changes_nothing_and_other_content_is_a_conflict(
    app: Flask, round_id: str
) -> None:
    collect = Collect(app)
    statuses = [
        collect.submit(text).status_code
        for text in (
            filled(round_id),
            filled(round_id),
            filled(round_id, years="9"),
            filled(round_id, "uuid:2"),
        )
    ]
    assert statuses == [201, 202, 409, 201]
    with app.app_context(), reading() as session:
        assert len(session.scalars(select(SurveyResponse)).all()) == 2


def test_what_does_not_belong_to_the_round_is_refused_with_a_reason(app: Flask, round_id: str) -> None:
    collect = Collect(app)
    node = filled(round_id).replace("<needs>", "<smuggled>x</smuggled><needs>")
    bomb = '<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + filled(round_id).replace("yes", "&b;")
    cases = {
        filled(round_id, version="2"): 409,
        node: 400,
        filled("00000000-0000-7000-8000-000000000000"): 404,
        filled(round_id).replace("<instanceID>uuid:1</instanceID>", ""): 400,
        bomb: 400,
        "not xml": 400,
        filled(round_id).replace("单小红", "x" * 210_000): 413,
    }
    for text, status in cases.items():
        answer = collect.submit(text)
        assert (answer.status_code, text[:80]) == (status, text[:80]), answer.get_data(as_text=True)
        assert "OpenRosaResponse" in answer.get_data(as_text=True)
    assert collect.submit(filled(round_id), photo=b"x").status_code == 400
    with app.app_context(), reading() as session:
        assert session.scalars(select(SurveyResponse)).all() == []


def test_a_round_that_is_over_takes_nothing_more_but_knows_what_came(
    app: Flask, round_id: str, admin: Client
) -> None:
    collect = Collect(app)
    assert collect.submit(filled(round_id)).status_code == 201
    assert admin.post(f"/api/rounds/{round_id}/collect", {}).status_code == 200
    assert collect.submit(filled(round_id)).status_code == 202
    late = collect.submit(filled(round_id, "uuid:late"))
    assert (late.status_code, "已结束" in late.get_data(as_text=True)) == (409, True)
    assert len(collect.tree("/openrosa/formList")) == 0


def test_a_round_that_is_not_named_or_has_not_begun_is_not_listed(app: Flask, admin: Client) -> None:
    made = send(admin, "POST", "/api/questionnaires", good()).get_json()
    opened(admin, new_round(made["version_id"], mode="anonymous"))
    opened(admin, new_round(made["version_id"], mode="respondent_chooses"))
    opened(admin, new_round(made["version_id"], mode="named", opens=(today() + timedelta(1)).isoformat()))
    assert len(Collect(app).tree("/openrosa/formList")) == 0


@pytest.mark.parametrize("login", ["cadre1", "cadre2"])
def test_the_cadres_of_its_grids_reach_a_round(app: Flask, round_id: str, login: str) -> None:
    assert len(Collect(app, login).tree(f"/openrosa/formList?formID={round_id}")) == 1
    assert len(Collect(app, login).tree("/openrosa/formList?formID=another")) == 0


@pytest.mark.parametrize(
    ("login", "status"), [("other_cadre", 200), ("reviewer", 403), ("survey_admin", 403)]
)
def test_nobody_else_reaches_a_round(app: Flask, round_id: str, login: str, status: int) -> None:
    collect = Collect(app, login)
    answer = collect.ask("GET", "/openrosa/formList")
    assert (answer.status_code, round_id in answer.get_data(as_text=True)) == (status, False)
    for path in ("form.xml", "manifest", "media/lift.png"):
        assert collect.ask("GET", f"/openrosa/forms/{round_id}/{path}").status_code in {403, 404}, path
    assert collect.submit(filled(round_id)).status_code == 403
    with app.app_context(), reading() as session:
        assert session.scalars(select(SurveyResponse)).all() == []


def test_a_round_of_another_grid_takes_nothing(app: Flask, round_id: str) -> None:
    with app.app_context(), writing() as session:
        found = session.get_one(SurveyRound, round_id)
        found.units = [one for one in found.units or [] if one]
        grid2 = session.scalar(select(Account.id).where(Account.login == "idle_cadre"))
        found.units = [str(grid2)]
    assert Collect(app).submit(filled(round_id)).status_code == 403


def test_without_a_password_the_way_to_sign_in_is_said(app: Flask, round_id: str) -> None:
    wrong = Collect(app, password="wrong")  # noqa: S106 - it is wrong
    for answer in (wrong.ask("GET", "/openrosa/formList"), wrong.submit(filled(round_id))):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    bare = app.test_client().get("/openrosa/formList", headers={"X-OpenRosa-Version": "1.0"})
    assert bare.status_code == 401


def test_a_wrong_password_is_tried_only_so_often(app: Flask, round_id: str) -> None:
    wrong = Collect(app, password="wrong")  # noqa: S106 - it is wrong
    statuses = [wrong.ask("GET", "/openrosa/formList").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert round_id in Collect(app, "cadre2").ask("GET", "/openrosa/formList").get_data(as_text=True)


def test_a_page_of_another_origin_cannot_use_a_remembered_password(app: Flask, round_id: str) -> None:
    data = {"xml_submission_file": (BytesIO(filled(round_id).encode()), "submission.xml")}
    answer = app.test_client().post("/openrosa/submission", data=data, auth=("cadre1", PASSWORD))
    assert answer.status_code == 422


def test_a_password_that_another_gave_has_to_be_changed_first(app: Flask, round_id: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Account).where(Account.login == "cadre1").values(must_change_password=True))
    assert Collect(app).submit(filled(round_id)).status_code == 403
