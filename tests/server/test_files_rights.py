"""Who may upload, and who may read what was uploaded (rule F5); how a file is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.core.database import writing
from server.files.blobs import follow
from tests.server.phone import Phone, diary
from tests.server.photos import jpeg, photo, sha256
from tests.server.tus import Tus

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

PHOTO = jpeg()
HALF = len(PHOTO) // 2


@pytest.fixture
def tus(sign_in: SignIn, org: Organisation) -> Tus:
    """Return the uploads of a cadre in his grid."""
    return Tus(sign_in("cadre1"), org.grid("grid1"))


def test_f5_whoever_reads_the_scope_reads_the_file_and_nobody_else(tus: Tus, sign_in: SignIn) -> None:
    name = tus.upload(PHOTO)
    for login in ("cadre1", "grid_lead", "reviewer", "secretary", "auditor"):
        assert sign_in(login).get(f"/api/files/{name}").get_data() == PHOTO, login
    for login in ("cadre2", "editor", "org_admin", "district_admin", "other_reviewer", "far_cadre"):
        assert sign_in(login).get(f"/api/files/{name}").status_code == 404, login
    assert sign_in().get(f"/api/files/{name}").status_code == 401


def test_f5_a_foreign_file_and_none_get_the_same_answer(tus: Tus, sign_in: SignIn) -> None:
    stranger = sign_in("far_cadre")
    unknown = stranger.get(f"/api/files/{sha256(PHOTO)}")
    tus.upload(PHOTO)
    foreign = stranger.get(f"/api/files/{sha256(PHOTO)}")
    assert (foreign.status_code, foreign.get_data()) == (unknown.status_code, unknown.get_data())


@pytest.mark.parametrize("scope", ["grid2", "other_grid", "far_grid"])
def test_f5_nobody_uploads_for_a_scope_that_he_does_not_write_in(
    tus: Tus, org: Organisation, scope: str
) -> None:
    answer = tus.create(PHOTO, scope=org.grid(scope))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "scope_unknown")
    assert tus.create(PHOTO, scope="grid:unknown").status_code == 403


def test_f5_an_auditor_reads_and_uploads_nothing(tus: Tus, sign_in: SignIn) -> None:
    assert Tus(sign_in("auditor"), tus.scope).create(PHOTO).status_code == 403


def test_f5_knowing_a_hash_is_not_enough_to_read_the_file(
    tus: Tus, sign_in: SignIn, org: Organisation
) -> None:
    name, thief = tus.upload(PHOTO), Tus(sign_in("cadre2"), org.grid("grid2"))
    place = thief.begin(PHOTO)
    assert thief.offset(place) == 0  # He has to bring the bytes himself.
    assert thief.get(name).status_code == 404
    assert thief.send(place, 0, PHOTO).status_code == 204
    assert thief.get(name).get_data() == PHOTO


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_f3_another_one_s_upload_can_not_be_touched(tus: Tus, sign_in: SignIn, method: str) -> None:
    place = tus.begin(PHOTO, first=PHOTO[:HALF])
    for login in ("grid_lead", "reviewer", "far_cadre"):
        other = Tus(sign_in(login), tus.scope)
        headers = {"Upload-Offset": str(HALF), "Content-Type": "application/offset+octet-stream"}
        assert other.ask(method, place, headers, data=PHOTO[HALF:]).status_code == 404
    assert tus.offset(place) == HALF


def test_f5_what_was_photographed_in_a_grid_since_lost_still_comes_but_is_not_read(
    tus: Tus, sign_in: SignIn, org: Organisation
) -> None:
    admin = sign_in("org_admin")
    ended = admin.post(
        f"/api/assignments/{org.assignments['cadre1']}/end", {"to_day": "2026-11-24", "reason": "轮换"}
    )
    assert ended.status_code < 300, ended.get_data(as_text=True)
    name = tus.upload(PHOTO)
    assert tus.get(name).status_code == 404
    assert sign_in("reviewer").get(f"/api/files/{name}").get_data() == PHOTO


def test_f5_a_file_follows_a_record_that_moves(
    app: Flask, tus: Tus, sign_in: SignIn, org: Organisation
) -> None:
    name, holder = tus.upload(PHOTO), sign_in("cadre2")
    assert holder.get(f"/api/files/{name}").status_code == 404
    for _ in range(2):
        with app.app_context(), writing() as session:
            follow(session, {name, sha256(b"never came")}, org.grid("grid2"), org.accounts["org_admin"])
    assert holder.get(f"/api/files/{name}").get_data() == PHOTO


def test_f2_a_record_is_read_before_its_photo_has_come(tus: Tus, sign_in: SignIn) -> None:
    phone, reader = Phone(tus.client, tus.scope), Phone(sign_in("reviewer"), tus.scope)
    rid = phone.create("diary_entry", diary(photos=[photo(key=sha256(PHOTO))]))
    phone.sync()
    reader.sync()
    (named,) = reader.records[rid]["f"]["photos"]
    missing = reader.client.get(f"/api/files/{named['key']}")
    assert (missing.status_code, missing.get_json()["code"]) == (404, "file_unknown")
    tus.upload(PHOTO)
    assert reader.client.get(f"/api/files/{named['key']}").get_data() == PHOTO


def test_f5_a_file_is_kept_by_its_reader_s_browser_only_and_never_sniffed(tus: Tus) -> None:
    name = tus.upload(PHOTO)
    answer = tus.get(name)
    headers = answer.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in headers["Vary"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"] == f'inline; filename="{name[:12]}.jpg"'
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    again = tus.get(name, headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("name", ["", "uploads", "..%2f..%2fsecret", "%00", "a" * 64])
def test_f5_a_name_that_is_no_file_is_not_found(tus: Tus, name: str) -> None:
    answer = tus.get(name)
    assert answer.status_code in {404, 405}
    assert answer.headers["Cache-Control"] == "no-store"
