"""How a device finds out that it holds something else, and mends it (rules L8 and L9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from server.core.database import writing
from server.sync import pull
from server.sync.models import Scope
from sync.digest import digest
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.organisation import Organisation

__all__ = ["config"]


def page_of(answer: Json, scope: str) -> Json:
    """Return the scope's page."""
    found: Json = next(page for page in answer["scopes"] if page["id"] == scope)
    return found


def held(phone: Phone, scope: str) -> Any:  # noqa: ANN401 - a Digest
    """Return the digest of what the phone holds of the scope."""
    return digest((one["id"], one["rev"]) for one in phone.records.values() if one["scope"] == scope)


def test_l8_the_digest_is_that_of_what_a_device_holds(phone: Phone) -> None:
    rids = [phone.create("diary_entry", diary()) for _ in range(3)]
    phone.set("diary_entry", rids[0], {"narrative": "补充一点情况。"})
    phone.delete("diary_entry", rids[1])
    page = page_of(phone.post(check=[phone.scope]).get_json(), phone.scope)
    phone.sync()
    assert page["digest"] == held(phone, phone.scope)
    assert page["digest"]["count"] == 3, "a deleted record counts"
    phone.records.pop(rids[2])
    assert page["digest"] != held(phone, phone.scope)


def test_l8_a_scope_without_news_has_a_page_for_its_digest(phone: Phone, org: Organisation) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    assert phone.post().get_json()["scopes"] == []
    (page,) = phone.post(check=[phone.scope, org.grid("grid2")]).get_json()["scopes"]
    assert (page["id"], page["from"], page["to"], page["more"]) == (phone.scope, 1, 1, False)
    assert page["digest"] == held(phone, phone.scope)


def test_l8_the_digest_stands_on_the_last_page(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "PAGE_ENTRIES", 2)
    for _ in range(5):
        phone.create("diary_entry", diary())
    phone.push()
    pages = []
    while True:
        answer = phone.post([], check=[phone.scope]).get_json()
        pages.append(page_of(answer, phone.scope))
        if not phone.apply(answer):
            break
    assert [page.get("digest") for page in pages] == [None, None, held(phone, phone.scope)]


@pytest.mark.parametrize("member", ["check", "rebuild"])
@pytest.mark.parametrize("value", ["grid:x", {}, ["grid"], [7], ["grid:" + "0" * 36] * 2001, [["grid"]]])
def test_l8_l9_only_a_bounded_list_of_scopes_is_taken(phone: Phone, member: str, value: object) -> None:
    answer = phone.post([], **{member: value})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_request")
    assert answer.get_json()["field"] == member


def test_l9_a_cursor_beyond_the_counter_is_reset(phone: Phone) -> None:
    rids = {phone.create("household", household()) for _ in range(3)}
    phone.sync()
    answer = phone.post([], scopes=phone.cursors | {phone.scope: 4}).get_json()
    assert (answer["reset"], answer["gained"], answer["lost"]) == ([phone.scope], [], [])
    page = page_of(answer, phone.scope)
    assert (page["from"], page["to"], page["more"]) == (0, 3, False)
    assert {entry["id"] for entry in page["entries"]} == rids


def test_l9_a_scope_that_the_restored_server_never_knew_is_reset_to_nothing(
    phone: Phone, org: Organisation
) -> None:
    phone.sync()
    answer = phone.post([], scopes=phone.cursors | {org.person("cadre1"): 9}).get_json()
    assert answer["reset"] == [org.person("cadre1")]
    page = page_of(answer, org.person("cadre1"))
    assert (page["from"], page["to"], page["entries"]) == (0, 0, [])


def test_l9_a_cursor_below_the_floor_is_reset_and_read_anew(
    app: Flask, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = {phone.create("household", household()) for _ in range(6)}
    phone.sync()
    with app.app_context(), writing() as session:
        session.execute(update(Scope).where(Scope.id == phone.scope).values(floor=4))
    assert phone.post([], scopes=phone.cursors | {phone.scope: 4}).get_json()["reset"] == []
    monkeypatch.setattr(pull, "PAGE_ENTRIES", 2)
    answer = phone.post([], scopes=phone.cursors | {phone.scope: 3}).get_json()
    assert answer["reset"] == [phone.scope]
    shadow = []
    for _ in range(2):
        page = page_of(answer, phone.scope)
        shadow += page["entries"]
        assert page["more"] is True
        again = phone.cursors | {phone.scope: page["to"]}
        answer = phone.post([], scopes=again, rebuild=[phone.scope]).get_json()
        assert answer["reset"] == [], "the shadow's cursor is below the floor, and may be"
    shadow += page_of(answer, phone.scope)["entries"]
    assert page_of(answer, phone.scope)["more"] is False
    assert {entry["id"] for entry in shadow} == rids


def test_l9_who_begins_is_not_reset(app: Flask, phone: Phone) -> None:
    phone.create("household", household())
    phone.push()
    with app.app_context(), writing() as session:
        session.execute(update(Scope).values(floor=1))
    answer = phone.post([], scopes={phone.scope: 0}).get_json()
    assert answer["reset"] == []
    assert len(page_of(answer, phone.scope)["entries"]) == 1
