"""Where files lie: a folder or an S3-compatible store, with the same words to both; and their upkeep."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from server.app import create_app
from server.commands.check import photos as look_at_photos
from server.commands.compact import compact
from server.config import Config
from server.core.database import db
from server.core.errors import Misconfigured
from server.files.blobs import Broken, broken_blobs, remove_unnamed
from server.files.models import Blob, BlobScope
from server.files.store import BlobStore, store_for
from server.sync.named_files import named_files
from tests.server.phone import Phone, diary
from tests.server.photos import jpeg, photo, sha256
from tests.server.tus import Tus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

BUCKET = "minqing"
PHOTO = jpeg()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """Yield the address of an S3 store of this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def config(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Return a configuration whose photos lie in a folder, or in the S3 store."""
    (tmp_path / "dist").mkdir()
    environ = {"MINQING_DATA": str(tmp_path / "data"), "MINQING_STATIC": str(tmp_path / "dist")}
    if request.param == "s3":
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environ["MINQING_BLOBS"] = f"s3://{BUCKET}/{tmp_path.name}"
        environ["MINQING_BLOBS_ENDPOINT"] = request.getfixturevalue("s3_endpoint")
    made = Config.from_environment(environ)
    store: Any = store_for(made)
    if request.param == "s3":
        store.client.create_bucket(Bucket=BUCKET)
    return made


@pytest.fixture
def store(config: Config) -> BlobStore:
    """Return the store of the configuration."""
    return store_for(config)


@pytest.fixture
def tus(sign_in: SignIn, org: Organisation) -> Tus:
    """Return the uploads of a cadre in his grid."""
    return Tus(sign_in("cadre1"), org.grid("grid1"))


def names(store: BlobStore) -> set[str]:
    """Return what lies in the store."""
    return {name for name, _ in store.names()}


def test_a_store_keeps_what_it_was_given(store: BlobStore) -> None:
    store.probe()
    assert store.get(sha256(PHOTO)) is None
    assert names(store) == set()
    for _ in range(2):
        store.put(sha256(PHOTO), PHOTO)
    assert store.get(sha256(PHOTO)) == PHOTO
    ((name, written_at),) = store.names()
    assert name == sha256(PHOTO)
    assert abs(datetime.now(UTC) - written_at) < timedelta(minutes=5)
    for _ in range(2):
        store.delete(sha256(PHOTO))
    assert store.get(sha256(PHOTO)) is None


def test_f3_an_upload_arrives_in_the_store(store: BlobStore, tus: Tus) -> None:
    name = tus.upload(PHOTO)
    assert store.get(name) == PHOTO
    assert tus.get(name).get_data() == PHOTO


def test_f4_broken_blobs_are_found(app: Flask, store: BlobStore, tus: Tus) -> None:
    whole, changed, missing = (tus.upload(jpeg(shade)) for shade in (1, 2, 3))
    store.put(changed, jpeg(4))
    store.delete(missing)
    with app.app_context():
        found = set(broken_blobs(db.session(), store))
    assert found == {Broken(changed, "changed"), Broken(missing, "missing")}
    assert tus.get(whole).status_code == 200
    assert tus.get(missing).status_code == 404


def test_f4_what_no_record_names_is_removed_after_a_while(app: Flask, store: BlobStore, tus: Tus) -> None:
    named, unnamed = tus.upload(jpeg(1)), tus.upload(jpeg(2))
    left_by_a_crash = sha256(jpeg(3))
    store.put(left_by_a_crash, jpeg(3))
    with app.app_context():
        assert remove_unnamed(store, {named}, datetime.now(UTC) - timedelta(days=1)) == 0
        assert names(store) == {named, unnamed, left_by_a_crash}
        assert remove_unnamed(store, {named}, datetime.now(UTC) + timedelta(minutes=5)) == 2
        assert names(store) == {named}
        assert list(db.session.scalars(select(Blob.sha256))) == [named]
        assert list(db.session.scalars(select(BlobScope.sha256))) == [named]
    assert tus.get(unnamed).status_code == 404
    assert tus.get(tus.upload(jpeg(2))).status_code == 200


def test_f4_compact_removes_old_photos_that_nothing_names(
    app: Flask, store: BlobStore, tus: Tus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.commands.compact.check_current", lambda: None)  # made without migrations
    phone, named, unnamed = Phone(tus.client, tus.scope), tus.upload(jpeg(1)), tus.upload(jpeg(2))
    phone.create("diary_entry", diary(photos=[photo(key=named)]))
    phone.sync()
    runner = app.test_cli_runner()
    assert "已清理 0 个没有记录提到的照片文件" in runner.invoke(compact).output
    assert names(store) == {named, unnamed}
    monkeypatch.setattr("server.commands.compact.UNNAMED_STAYS", timedelta(minutes=-5))
    assert "已清理 1 个没有记录提到的照片文件" in runner.invoke(compact).output
    assert names(store) == {named}


def test_f4_what_a_record_an_old_version_or_a_refused_op_names_is_kept(app: Flask, tus: Tus) -> None:
    phone = Phone(tus.client, tus.scope)
    rid = phone.create("diary_entry", diary(photos=[photo("old")]))
    phone.set("diary_entry", rid, {"photos": [photo("new")]})
    phone.create("diary_entry", diary(photos=[photo("refused")], visit_date=None))
    phone.sync()
    assert phone.records[rid]["f"]["photos"] == [photo("new")]
    with app.app_context():
        named = named_files(db.session())
    for name in ("old", "new", "refused"):
        assert {photo(name)["key"], photo(name)["thumb"]} <= named, name


def test_a_store_that_is_away_is_said_and_the_upload_goes_on_later(
    config: Config, tus: Tus, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del s3_endpoint
    away = replace(config, blobs="s3://nowhere", blobs_endpoint="http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    extensions = tus.client.flask.application.extensions
    place = tus.begin(PHOTO)
    extensions["minqing-blobs"], there = store_for(away), extensions["minqing-blobs"]
    answer = tus.send(place, 0, PHOTO)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unavailable")
    assert "Retry-After" in answer.headers
    assert tus.offset(place) == 0
    extensions["minqing-blobs"] = there
    assert tus.send(place, 0, PHOTO).status_code == 204
    finding = look_at_photos(away)
    assert not finding.is_well
    assert "s3://nowhere" in finding.detail
    assert look_at_photos(config).is_well


def test_a_crash_while_a_file_is_written_leaves_no_half_blob(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config.from_environment({"MINQING_DATA": str(tmp_path)})
    store = store_for(config)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.put(sha256(PHOTO), PHOTO)
    assert store.get(sha256(PHOTO)) is None
    assert names(store) == set()
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("text", ["s3://", "s3:///prefix", "ftp://somewhere"])
def test_an_address_that_is_no_store_is_said_at_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Config.from_environment({"MINQING_DATA": str(tmp_path), "MINQING_BLOBS": text})
    assert caught.value.field == "MINQING_BLOBS"


def test_without_its_client_an_s3_store_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    monkeypatch.delitem(__import__("sys").modules, "server.files.s3", raising=False)
    config = Config.from_environment({"MINQING_DATA": str(tmp_path), "MINQING_BLOBS": "s3://photos"})
    with pytest.raises(Misconfigured, match=r"minqing\[s3\]"):
        create_app(config)
