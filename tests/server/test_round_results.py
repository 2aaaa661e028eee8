"""What came of a round: the named apart from the anonymous, and of these nothing small, nothing early."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from server.core.days import today
from tests.server.databases import config
from tests.server.phone import Phone, response
from tests.server.surveys import Round, new_round, new_version, opened, submission

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import Client, SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


@pytest.fixture
def made(app: Flask, admin: Client, org: Organisation) -> Round:
    """Return an open round in which each chooses whether to give a name, counted by grid."""
    return opened(admin, new_round(new_version(app, org), anonymous_unit="grid"))


def asked_for(client: Client, made: Round, path: str = "results?who=named", status: int = 200) -> dict:  # type: ignore[type-arg] # JSON
    answer = client.get(f"/api/rounds/{made.id}/{path}")
    assert answer.status_code == status, answer.get_data(as_text=True)
    found: dict = answer.get_json()  # type: ignore[type-arg] # JSON
    return found


def counts(found: dict, path: str) -> list[int | None]:  # type: ignore[type-arg] # JSON
    (table,) = [one for one in found["tables"] if one["path"] == path]
    return [line["count"] for line in table["lines"]]


def test_named_answers_are_counted_while_the_round_goes_on(made: Round, admin: Client, phone: Phone) -> None:
    phone.sync()
    for satisfied, wish, via in (("yes", "多种树", "cadre"), ("yes", "", "paper"), ("no", "修路", "cadre")):
        given = response(made.id, answers=submission(satisfied, wish), via=via, filled_on=today().isoformat())
        phone.create("survey_response", given)
    phone.create("survey_response", response(made.id, answers="<data>", filled_on=today().isoformat()))
    assert {one["status"] for one in phone.push()} == {"applied"}
    found = asked_for(admin, made)
    assert (found["total"], found["unreadable"]) == (3, 1)
    assert counts(found, "/data/satisfied") == [2, 1]
    assert {line["value"]: line["count"] for line in found["groups"]["via"]} == {
        "cadre": 2,
        "paper": 1,
    }
    assert found["tables"][1]["texts"] == ["修路", "多种树"]
    cross = asked_for(admin, made, "crosstab?who=named&row=/data/satisfied&column=via")
    assert cross["cells"] == [[1, 1], [1, 0]]


def test_a_stranger_who_names_the_round_isn_t_counted(
    made: Round, admin: Client, sign_in: SignIn, org: Organisation
) -> None:
    stranger = Phone(sign_in("other_cadre"), org.grid("other_grid"))
    stranger.create("survey_response", response(made.id, answers=submission("no")))
    stranger.sync()
    assert asked_for(admin, made)["total"] == 0
    assert admin.get(f"/api/rounds/{made.id}").get_json()["counts"]["named"] == 0


def test_anonymous_answers_are_shown_once_in_the_end_and_nothing_small(
    app: Flask, made: Round, admin: Client
) -> None:
    for at in range(30):
        satisfied, wish = ("no", "电梯太旧") if at < 3 else ("yes", "")
        unit, via = made.units[at % 2], ("self" if at % 5 == 0 else "cadre")
        sent = made.send(app, made.sealed(unit, via, submission(satisfied, wish)))
        assert sent.status_code == 201, sent.get_data(as_text=True)
    assert asked_for(admin, made, "results?who=anonymous", 409)["code"] == "still_collecting"
    assert asked_for(admin, made, "results.xlsx?who=anonymous", 409)["code"] == "still_collecting"
    assert admin.post(f"/api/rounds/{made.id}/collect", {}).status_code == 200
    found = asked_for(admin, made, "results?who=anonymous")
    assert found["total"] == 30
    assert counts(found, "/data/satisfied") == [None, None]
    assert found["tables"][1]["texts"] == []
    assert [line["count"] for line in found["groups"]["unit"]] == [15, 15]
    cross = asked_for(admin, made, "crosstab?who=anonymous&row=/data/satisfied&column=unit")
    assert [cell for row in cross["cells"] for cell in row] == [None] * 4


def test_the_tables_are_exported(made: Round, admin: Client, phone: Phone) -> None:
    phone.sync()
    given = response(made.id, answers=submission("yes", "=1+1"), filled_on=today().isoformat())
    phone.create("survey_response", given)
    phone.push()
    book = admin.get(f"/api/rounds/{made.id}/results.xlsx?who=named")
    sheet = load_workbook(BytesIO(book.data)).active
    assert sheet
    assert sheet["A1"].value == "社区服务满意度（记名，1 份）"
    assert admin.get(f"/api/rounds/{made.id}/results.csv?who=named").data.startswith("\ufeff题目".encode())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("row=/data/wish&column=unit", "/data/wish"),
        ("row=/data/satisfied&column=household", "household"),
        ("row=unit&column=unit", "column"),
    ],
)
def test_what_is_no_side_of_a_crosstab_is_refused(made: Round, admin: Client, query: str, field: str) -> None:
    assert asked_for(admin, made, f"crosstab?who=named&{query}", 422)["field"] == field


def test_others_see_nothing(made: Round, sign_in: SignIn) -> None:
    asked_for(sign_in("cadre1"), made, status=403)
    asked_for(sign_in("other_reviewer"), made, status=404)
