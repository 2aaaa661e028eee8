"""How a quarantined op is ended by its author and by the supervisor (rule P11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.databases import config
from tests.server.phone import Json, Phone, diary

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

Kept = tuple[Phone, str]


@pytest.fixture
def author(sign_in: SignIn, org: Organisation) -> Kept:
    """Return the author's phone in his own scope, with the id of his quarantined op."""
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    phone.create("diary_entry", diary(narrative="短"))
    phone.sync()
    phone.scope = org.person("cadre1")
    (kept,) = phone.of_type("quarantine")
    return phone, kept["id"]


@pytest.fixture
def supervisor(sign_in: SignIn, org: Organisation, author: Kept) -> Kept:
    """Return the supervisor's phone in the committee's scope, with the id of the twin."""
    phone = Phone(sign_in("reviewer"), f"committee:{org.units['community']}")
    phone.sync()
    (twin,) = phone.of_type("quarantine")
    assert twin["id"] != author[1]
    return phone, twin["id"]


def codes(answer: Json) -> list[tuple[str, str | None]]:
    """Return the code and the field of each result."""
    return [(one.get("code", one["status"]), one.get("field")) for one in answer["results"]]


@pytest.mark.parametrize("end", ["resent", "dropped"])
def test_p11_its_author_ends_a_quarantined_op(author: Kept, end: str) -> None:
    phone, kept = author
    before = phone.records[kept]["f"]
    phone.set("quarantine", kept, {"settled": end})
    assert codes(phone.sync()) == [("applied", None)]
    after = phone.records[kept]["f"]
    assert after == before | {"settled": end, "settled_at": after["settled_at"]}
    phone.set("quarantine", kept, {"settled": None})
    phone.sync()
    assert phone.records[kept]["f"] == before


def test_p11_a_supervisor_handles_the_twin(supervisor: Kept, author: Kept, org: Organisation) -> None:
    phone, twin = supervisor
    before = phone.records[twin]["f"]
    phone.set("quarantine", twin, {"handled": True, "note": "已电话告知"})
    assert codes(phone.sync()) == [("applied", None)]
    after = phone.records[twin]["f"]
    ended = {"handled": True, "handled_by": org.accounts["reviewer"], "note": "已电话告知"}
    assert after == before | ended | {"handled_at": after["handled_at"]}
    author[0].sync()
    assert "handled" not in author[0].records[author[1]]["f"], "each ends his own"


@pytest.mark.parametrize("fields", [{"handled": True}, {"note": "好"}, {"op": "{}"}, {"decision": "taken"}])
def test_p11_an_author_sets_nothing_else(author: Kept, fields: Json) -> None:
    phone, kept = author
    phone.set("quarantine", kept, fields)
    assert codes(phone.sync()) == [("not_allowed", next(iter(fields)))]


@pytest.mark.parametrize("fields", [{"settled": "dropped"}, {"message": "没事"}, {"later": 1}])
def test_p11_a_supervisor_sets_nothing_else(supervisor: Kept, fields: Json) -> None:
    phone, twin = supervisor
    phone.set("quarantine", twin, fields)
    assert codes(phone.sync()) == [("not_allowed", next(iter(fields)))]


def test_p11_nobody_ends_what_is_another_s(sign_in: SignIn, author: Kept, supervisor: Kept) -> None:
    for login, scope in (("cadre2", author[0].scope), ("cadre1", supervisor[0].scope)):
        phone = Phone(sign_in(login), scope)
        phone.set("quarantine", author[1], {"settled": "dropped"})
        phone.delete("quarantine", author[1])
        assert codes(phone.sync()) == [("scope_unknown", "scope")] * 2


def test_p11_nothing_of_it_is_removed(author: Kept) -> None:
    phone, kept = author
    phone.delete("quarantine", kept)
    assert codes(phone.sync()) == [("not_allowed", "rid")]
    assert phone.records[kept]["f"]["code"] == "invalid_field"
