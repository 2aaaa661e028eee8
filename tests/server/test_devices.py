"""Devices as their supervisors see them: skewed clocks, gaps, and nobody else's (rules M8, P5, D10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from server.sync.batch import instant
from server.sync.watching import skew_of
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary
from tests.server.spreadsheets import book, row, run

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

WHOLE = "019ab500-0000-7000-8000-000000000001"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def devices(sign_in: SignIn, login: str = "reviewer") -> list[Json]:
    """Return the devices that the account sees."""
    answer = sign_in(login).get("/api/devices")
    assert answer.status_code == 200
    found: list[Json] = answer.get_json()["devices"]
    return found


def wall(**offset: float) -> str:
    """Return what a clock says that is wrong by the offset."""
    return instant(datetime.now(UTC) + timedelta(**offset))


@pytest.mark.parametrize(
    ("sent", "walls", "skew"),
    [
        ("2026-11-24T12:00:05.000Z", [], 5),
        ("2026-11-24T11:30:00.000Z", ["2036-01-01T00:00:00.000Z"], -1800),
        ("2026-11-24T20:00:00+08:00", [], 0),
        (None, ["2026-11-01T00:00:00.000Z", "2026-11-24T13:00:00.000Z"], 3600),
        (None, ["2026-11-24T12:05:00.000Z"], None),
        (None, ["2016-11-24T12:05:00.000Z"], None),
        (None, ["gestern", "2026-11-24T13:00:00", ""], None),
        ("+123456-01-01T00:00:00.000Z", [], None),
        ("9999-12-31T23:59:59.000Z", [], 2**31 - 1),
        ("0001-01-01T00:00:00.000Z", [], 1 - 2**31),
    ],
)
def test_m8_the_clock_is_judged_by_what_it_says_now(
    sent: str | None, walls: list[str], skew: int | None
) -> None:
    assert skew_of(sent, walls, NOON) == skew


def test_m8_a_wrong_clock_is_told_to_the_supervisor(phone: Phone, sign_in: SignIn, org: Organisation) -> None:
    phone.create("diary_entry", diary())
    phone.push(wall=wall(hours=-3))
    (seen,) = devices(sign_in)
    assert (seen["id"], seen["account_id"], seen["n"]) == (phone.device, org.accounts["cadre1"], 1)
    assert seen["is_skewed"] is True
    assert -3 * 3600 - 60 <= seen["skew"] <= -3 * 3600
    phone.create("diary_entry", diary())
    phone.push(wall=wall())
    (seen,) = devices(sign_in)
    assert (seen["is_skewed"], seen["n"], seen["gap_at"]) == (False, 2, None)


def test_m8_what_was_written_offline_long_ago_is_no_skew(phone: Phone, sign_in: SignIn) -> None:
    phone.create("diary_entry", diary(), wall=wall(days=-30))
    phone.push()
    assert [(one["skew"], one["is_skewed"]) for one in devices(sign_in)] == [(None, False)]
    phone.create("diary_entry", diary(), wall=wall(days=300))
    phone.push()
    assert [one["is_skewed"] for one in devices(sign_in)] == [True]


@pytest.mark.parametrize("value", [7, "x" * 28, {}, []])
def test_m8_the_clock_of_a_request_is_a_short_text(phone: Phone, value: object) -> None:
    answer = phone.post([], wall=value)
    assert (answer.status_code, answer.get_json()["field"]) == (422, "wall")


def test_p5_a_phone_that_was_set_back_is_told(phone: Phone, sign_in: SignIn) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    phone.n = 0
    phone.create("diary_entry", diary())
    assert [one["code"] for one in phone.push()] == ["n_taken"]
    (seen,) = devices(sign_in)
    assert seen["gap_at"] >= seen["created_at"]
    assert seen["n"] == 1


def test_p5_a_server_that_was_set_back_is_told(phone: Phone, sign_in: SignIn) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    phone.n = 7
    phone.create("diary_entry", diary())
    assert phone.post().get_json()["code"] == "sequence_gap"
    assert [one["gap_at"] is not None for one in devices(sign_in)] == [True]


def test_d10_a_phone_that_its_browser_cleared_is_told(
    phone: Phone, sign_in: SignIn, org: Organisation
) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    other = Phone(sign_in("cadre2"), org.grid("grid2"))
    other.post([], evicted={"device": phone.device, "unsent": 9})
    assert [one["evicted_at"] for one in devices(sign_in)] == [None], "it is not hers"
    again = Phone(phone.client, phone.scope)
    again.post([], evicted={"device": phone.device, "unsent": 2})
    again.create("diary_entry", diary())
    again.push(evicted={"device": phone.device, "unsent": 0})
    seen = {one["id"]: one for one in devices(sign_in)}
    assert seen[phone.device]["evicted_at"] >= seen[phone.device]["seen_at"]
    assert (seen[phone.device]["unsent"], seen[again.device]["unsent"]) == (2, None)
    assert seen[again.device]["evicted_at"] is None


@pytest.mark.parametrize(
    "evicted",
    [7, {}, {"device": "x", "unsent": 1}, {"device": WHOLE, "unsent": -1}, {"device": WHOLE, "unsent": "1"}],
)
def test_d10_what_was_cleared_has_one_shape(phone: Phone, evicted: object) -> None:
    answer = phone.post([], evicted=evicted)
    assert (answer.status_code, answer.get_json()["field"]) == (422, "evicted")


def test_another_ones_gap_is_noted_nowhere(phone: Phone, sign_in: SignIn, org: Organisation) -> None:
    phone.create("diary_entry", diary())
    phone.sync()
    other = Phone(sign_in("cadre2"), org.grid("grid2"))
    other.device, other.n = phone.device, 7
    other.create("diary_entry", diary())
    assert other.post().get_json()["code"] == "device_taken"
    assert [one["gap_at"] for one in devices(sign_in)] == [None]


def test_only_the_phones_of_ones_own_community_are_listed(sign_in: SignIn, org: Organisation) -> None:
    for login, grid in (("cadre1", "grid1"), ("other_cadre", "other_grid"), ("far_cadre", "far_grid")):
        writer = Phone(sign_in(login), org.grid(grid))
        writer.create("diary_entry", diary())
        writer.push()
    assert [one["login"] for one in devices(sign_in)] == ["cadre1"]
    assert [one["login"] for one in devices(sign_in, "other_admin")] == ["other_cadre"]
    assert [one["login"] for one in devices(sign_in, "district_admin")] == ["cadre1", "other_cadre"]


@pytest.mark.usefixtures("org")
def test_the_server_is_no_phone(app: Flask, sign_in: SignIn) -> None:
    assert run(app, book([row()])).created == 1
    assert devices(sign_in) == []
