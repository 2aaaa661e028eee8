"""Whatever changes the organisation, and by whichever way, is seen by the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from server.accounts import directory
from server.core.database import db, writing
from server.core.ids import new_id
from tests.server.databases import config
from tests.server.phone import Phone

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

# Each change with what it is done to, as another program on the same database would do it.
CHANGES = {
    "a unit is made": "INSERT INTO unit VALUES (:new, :community, 'grid', '新网格', 0, 'normal', '[]')",
    "a unit is renamed": "UPDATE unit SET name = '改名' WHERE id = :grid",
    "a unit is taken out": "DELETE FROM unit WHERE id = :estate",
    "an account is renamed": "UPDATE account SET name = '改名' WHERE id = :cadre",
    "roles are changed": 'UPDATE account SET roles = \'["cadre", "editor"]\' WHERE id = :cadre',
    "a person moves": "UPDATE account SET unit_id = :far WHERE id = :idle",
    "an assignment ends": "UPDATE contact_point_assignment SET ended_at = now_ WHERE cadre_id = :cadre",
    "an assignment is taken out": "DELETE FROM contact_point_assignment WHERE cadre_id = :cadre",
}


def execute(app: Flask, statement: str, **parameters: str) -> None:
    """Execute the statement in a transaction of its own."""
    with app.app_context(), writing() as session:
        session.execute(text(statement.replace("now_", "CURRENT_TIMESTAMP")), parameters)


def names(org: Organisation) -> dict[str, str]:
    """Return what the statements above speak of."""
    return {
        "new": new_id(),
        "community": org.units["community"],
        "grid": org.units["grid1"],
        "estate": org.units["estate1b"],
        "far": org.units["far_community"],
        "cadre": org.accounts["cadre1"],
        "idle": org.accounts["idle_cadre"],
    }


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_gives_the_directory_another_etag(
    app: Flask, sign_in: SignIn, org: Organisation, change: str
) -> None:
    phone, reader = Phone(sign_in("reviewer"), org.grid("grid1")), sign_in("reviewer")
    before = phone.sync()["directory"]
    assert phone.sync()["directory"] == before
    known = names(org)
    statement = CHANGES[change]
    execute(app, statement, **{name: value for name, value in known.items() if f":{name}" in statement})
    after = phone.sync()["directory"]
    assert after != before
    assert after == reader.get("/api/directory").get_json()["etag"]


def test_the_directory_is_put_together_once_until_something_changes(
    app: Flask, sign_in: SignIn, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    put_together = directory.directory_of

    def counted(*arguments: object) -> dict[str, object]:
        made.append("directory")
        return put_together(*arguments)  # type: ignore[arg-type] # handed on as they come

    monkeypatch.setattr(directory, "directory_of", counted)
    phones = [Phone(sign_in(login), org.grid("grid1")) for login in ("cadre1", "cadre2", "reviewer")]
    for phone in phones * 3:
        phone.sync()
    assert len(made) == 1
    execute(app, "UPDATE unit SET name = '改名' WHERE id = :grid", grid=org.units["grid2"])
    for phone in phones:
        phone.sync()
    assert len(made) == 2


def ended(app: Flask, org: Organisation) -> None:
    """End the cadre's assignment."""
    statement = "UPDATE contact_point_assignment SET ended_at = now_ WHERE cadre_id = :cadre"
    execute(app, statement, cadre=org.accounts["cadre1"])


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    assert org.grid("grid1") in phone.sync()["gained"]
    ended(app, org)
    assert phone.sync()["lost"] == [org.grid("grid1")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET disabled_at = now_ WHERE id = :cadre",
        "UPDATE account SET valid_until = now_ WHERE id = :cadre",
        "DELETE FROM login_session WHERE account_id = :cadre",
        "UPDATE login_session SET expires_at = now_ WHERE account_id = :cadre",
    ],
)
def test_an_account_or_a_session_that_has_ended_is_known_at_once(
    app: Flask, sign_in: SignIn, org: Organisation, statement: str
) -> None:
    client = sign_in("cadre1")
    assert client.get("/api/directory").status_code == 200
    execute(app, statement, cadre=org.accounts["cadre1"])
    assert client.get("/api/directory").status_code == 401


def test_a_change_that_is_rolled_back_leaves_no_trace(app: Flask, sign_in: SignIn, org: Organisation) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    before = phone.sync()
    with app.app_context():
        session = db.session()
        session.execute(text("UPDATE unit SET name = '改名' || name"))
        session.rollback()
    assert phone.sync()["directory"] == before["directory"]
    ended(app, org)
    assert phone.sync()["lost"] == [org.grid("grid1")]


def test_writing_records_changes_no_version(app: Flask, sign_in: SignIn, org: Organisation) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))

    def version() -> int:
        with app.app_context():
            found: int = db.session.execute(text("SELECT version FROM organisation_version")).scalar_one()
            db.session.rollback()
            return found

    before = version()
    phone.create("household", {"estate": "幸福小区", "house_code": "1", "building": "1 栋", "door": "101"})
    phone.sync()
    sign_in("cadre2")
    assert version() == before
