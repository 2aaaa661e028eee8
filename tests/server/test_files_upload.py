"""Uploads by tus 1.0.0 through the real endpoints, on both databases (rules F3 and F4)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from server.core.database import db, writing
from server.files import rules
from server.files.models import Upload, UploadPart
from tests.server.databases import config
from tests.server.photos import jpeg, png, sha256
from tests.server.tus import OCTETS, Tus, checksum

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]

PHOTO = jpeg()
HALF = len(PHOTO) // 2


@pytest.fixture
def tus(sign_in: SignIn, org: Organisation) -> Tus:
    """Return the uploads of a cadre in his grid."""
    return Tus(sign_in("cadre1"), org.grid("grid1"))


def parts_kept(app: Flask) -> int:
    """Return how many parts of unfinished uploads the database holds."""
    with app.app_context():
        found = len(db.session.scalars(select(UploadPart)).all())
        db.session.rollback()
        return found


def test_f3_the_server_says_what_of_tus_it_speaks(tus: Tus) -> None:
    answer = tus.ask("OPTIONS", "/api/files", {"Tus-Resumable": ""})
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(1024 * 1024)
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "termination", "checksum",
    }  # fmt: skip
    assert set(answer.headers["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


@pytest.mark.parametrize("version", ["", "0.2.2"])
def test_f3_another_version_of_tus_is_refused(tus: Tus, version: str) -> None:
    answer = tus.create(PHOTO, headers={"Tus-Resumable": version})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_f3_a_file_comes_in_parts_and_is_there_only_when_whole(app: Flask, tus: Tus) -> None:
    place = tus.begin(PHOTO)
    assert tus.offset(place) == 0
    first = tus.send(place, 0, PHOTO[:HALF])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(HALF))
    assert tus.get(sha256(PHOTO)).status_code == 404
    assert tus.offset(place) == HALF
    last = tus.send(place, HALF, PHOTO[HALF:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    assert tus.get(sha256(PHOTO)).get_data() == PHOTO
    assert parts_kept(app) == 0


def test_f3_the_first_bytes_may_come_with_the_announcement(tus: Tus) -> None:
    place = tus.begin(PHOTO, first=PHOTO[:10])
    assert tus.offset(place) == 10
    assert tus.send(place, 10, PHOTO[10:]).status_code == 204
    picture = png()
    assert tus.get(tus.upload(picture, type="image/png")).get_data() == picture


def test_f3_what_came_before_the_line_broke_is_kept(tus: Tus) -> None:
    place = tus.begin(PHOTO)
    tus.send(
        place,
        0,
        b"",
        input_stream=BytesIO(PHOTO[:HALF]),
        environ_overrides={"CONTENT_LENGTH": str(len(PHOTO))},
    )
    assert tus.offset(place) == HALF
    assert tus.send(place, HALF, PHOTO[HALF:]).status_code == 204
    assert tus.get(sha256(PHOTO)).get_data() == PHOTO


def test_f3_a_finished_upload_can_still_be_asked_after(tus: Tus) -> None:
    place = tus.begin(PHOTO, first=PHOTO)
    assert tus.offset(place) == len(PHOTO)
    assert tus.send(place, len(PHOTO), b"").status_code == 204
    assert tus.ask("DELETE", place).status_code == 204
    assert tus.get(sha256(PHOTO)).get_data() == PHOTO


@pytest.mark.parametrize("offset", [0, 5, HALF + 1, len(PHOTO)])
def test_f3_a_part_at_another_offset_changes_nothing(tus: Tus, offset: int) -> None:
    place = tus.begin(PHOTO, first=PHOTO[:HALF])
    answer = tus.send(place, offset, PHOTO[HALF:])
    assert (answer.status_code, answer.get_json()["code"]) == (409, "offset_mismatch")
    assert tus.offset(place) == HALF
    assert tus.send(place, HALF, PHOTO[HALF:]).status_code == 204


def test_f3_more_than_was_announced_is_refused(tus: Tus) -> None:
    place = tus.begin(PHOTO)
    assert tus.send(place, 0, PHOTO + b"!").status_code == 413
    assert tus.offset(place) == 0


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_f3_a_part_with_a_checksum_is_taken_only_when_it_fits(tus: Tus, algorithm: str) -> None:
    place, part = tus.begin(PHOTO), PHOTO[:HALF]
    right = checksum(algorithm, hashlib.new(algorithm, part).digest())
    broken = tus.send(place, 0, part[:-1] + b"!", right)
    assert (broken.status_code, broken.get_json()["code"]) == (460, "checksum_mismatch")
    assert tus.offset(place) == 0
    cut = {"input_stream": BytesIO(part), "environ_overrides": {"CONTENT_LENGTH": str(len(part) + 1)}}
    assert tus.send(place, 0, b"", right, **cut).status_code == 460
    assert tus.offset(place) == 0
    assert tus.send(place, 0, part, right).status_code == 204
    assert tus.offset(place) == HALF


@pytest.mark.parametrize("text", ["md5 AAAA", "sha256 !", "sha256"])
def test_f3_a_checksum_that_can_not_be_read_is_refused(tus: Tus, text: str) -> None:
    place = tus.begin(PHOTO)
    assert tus.send(place, 0, PHOTO, {"Upload-Checksum": text}).status_code in {422, 460}
    assert tus.offset(place) == 0


def test_f3_an_upload_that_was_ended_is_gone_with_its_bytes(app: Flask, tus: Tus) -> None:
    place = tus.begin(PHOTO, first=PHOTO[:HALF])
    assert tus.ask("DELETE", place).status_code == 204
    assert tus.ask("HEAD", place).status_code == 404
    assert tus.send(place, HALF, PHOTO[HALF:]).status_code == 404
    assert parts_kept(app) == 0


def test_f3_an_unfinished_upload_says_when_it_expires_and_then_is_gone(app: Flask, tus: Tus) -> None:
    answer = tus.create(PHOTO, first=PHOTO[:HALF])
    place = answer.headers["Location"]
    expires = parsedate_to_datetime(answer.headers["Upload-Expires"])
    assert timedelta(days=2) < expires - datetime.now(UTC) <= rules.LIFETIME
    with app.app_context(), writing() as session:
        session.execute(update(Upload).values(expires_at=datetime.now(UTC)))
    assert tus.ask("HEAD", place).status_code == 404
    assert tus.send(place, HALF, PHOTO[HALF:]).status_code == 404
    tus.begin(jpeg(1))
    assert parts_kept(app) == 0


def test_f4_a_file_without_its_hash_is_thrown_away_and_asked_for_again(app: Flask, tus: Tus) -> None:
    place = tus.begin(PHOTO, first=PHOTO[:HALF])
    answer = tus.send(place, HALF, PHOTO[HALF:-1] + b"!")
    assert (answer.status_code, answer.get_json()["code"]) == (460, "checksum_mismatch")
    assert tus.ask("HEAD", place).status_code == 404
    assert tus.get(sha256(PHOTO)).status_code == 404
    assert parts_kept(app) == 0
    assert tus.get(tus.upload(PHOTO)).get_data() == PHOTO


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<script>alert(1)</script>" * 9, "image/jpeg"),
        (b"\0" * 500, "image/png"),
        (png(), "image/jpeg"),
        (jpeg(), "image/png"),
        (b"\xff\xd8", "image/jpeg"),
    ],
)
def test_f4_what_is_no_picture_of_its_type_is_refused(tus: Tus, content: bytes, media_type: str) -> None:
    answer = tus.create(content, first=content, type=media_type)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_an_image")
    assert tus.get(sha256(content)).status_code == 404


def test_f4_a_picture_is_never_decoded(tus: Tus) -> None:
    bomb = b"\xff\xd8\xff\xc0\x00\x0b\x08" + b"\xff\xff" * 2 + b"\x01" * 40  # it claims 65,535 by 65,535
    assert tus.get(tus.upload(bomb)).get_data() == bomb


@pytest.mark.parametrize("length", [2 * 1024**3, 1024 * 1024 + 1, 10**30])
def test_f3_a_file_too_large_is_refused_before_its_body(tus: Tus, length: int) -> None:
    body = Untouched()
    answer = tus.create(PHOTO, headers={"Upload-Length": str(length)})
    assert (answer.status_code, answer.get_json()["limit"]) == (413, 1024 * 1024)
    headers = {"Upload-Length": str(length), "Content-Type": OCTETS}
    refused = tus.ask(
        "POST", "/api/files", headers, input_stream=body, environ_overrides={"CONTENT_LENGTH": str(length)}
    )
    assert refused.status_code == 413
    place = tus.begin(PHOTO)
    sent = tus.send(place, 0, b"", input_stream=body, environ_overrides={"CONTENT_LENGTH": str(length)})
    assert sent.status_code == 413
    assert body.is_untouched


class Untouched(BytesIO):
    """A body that notes whether anybody reads it."""

    is_untouched = True

    def read(self, size: int | None = -1, /) -> bytes:
        """Note it."""
        self.is_untouched = False
        return super().read(size)


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Upload-Length": "0"}, "Upload-Length"),
        ({"Upload-Length": "-1"}, "Upload-Length"),
        ({"Upload-Length": "١٢"}, "Upload-Length"),
        ({"Upload-Length": "", "Upload-Defer-Length": "1"}, "Upload-Length"),
        ({"Upload-Metadata": ""}, "sha256"),
        ({"Upload-Metadata": "sha256 !!!"}, "Upload-Metadata"),
        ({"Upload-Metadata": "sha256 /w=="}, "Upload-Metadata"),
    ],
)
def test_f3_an_announcement_that_can_not_be_read_names_its_header(
    tus: Tus, headers: dict[str, str], field: str
) -> None:
    answer = tus.create(PHOTO, headers=headers)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"sha256": "../../../etc/passwd"}, "sha256"),
        ({"sha256": "AB" * 32}, "sha256"),
        ({"type": "image/svg+xml"}, "type"),
        ({"type": "text/html"}, "type"),
        ({"scope": ""}, "scope"),
        ({"scope": "grid:" + "x" * 80}, "scope"),
    ],
)
def test_f3_what_is_announced_is_checked(tus: Tus, known: dict[str, Any], field: str) -> None:
    answer = tus.create(PHOTO, **known)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_f3_a_body_of_another_type_is_refused(tus: Tus) -> None:
    place = tus.begin(PHOTO)
    assert tus.send(place, 0, PHOTO, {"Content-Type": "image/jpeg"}).status_code == 415
    assert tus.offset(place) == 0


def test_f3_uploads_never_finished_are_bounded_in_number(tus: Tus, sign_in: SignIn) -> None:
    for shade in range(rules.MOST_OPEN):
        tus.begin(jpeg(shade))
    refused = tus.create(jpeg(200))
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_uploads")
    assert int(refused.headers["Retry-After"]) > 0
    assert tus.create(jpeg(0)).status_code == 201  # in place of its own unfinished one
    assert Tus(sign_in("grid_lead"), tus.scope).create(jpeg(0)).status_code == 201


def test_f3_uploads_never_finished_are_bounded_in_bytes(tus: Tus) -> None:
    for shade in range(rules.MOST_OPEN_BYTES // rules.MOST_BYTES):
        assert tus.create(jpeg(shade), headers={"Upload-Length": str(rules.MOST_BYTES)}).status_code == 201
    assert tus.create(jpeg(200)).status_code == 429


def test_f3_finished_uploads_leave_room_for_the_next(tus: Tus) -> None:
    for shade in range(rules.MOST_OPEN + 2):
        tus.upload(jpeg(shade))
