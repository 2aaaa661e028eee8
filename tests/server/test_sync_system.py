"""Records that the server itself writes go through the same path as a phone's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from server.core.database import db, writing
from server.core.ids import new_id
from server.sync.models import Device, Op, Record
from server.sync.own_ids import system_device
from server.sync.system import Write, WriteRefused, write_records
from sync.canonical import chain
from tests.server.databases import config
from tests.server.phone import Phone, diary, household

if TYPE_CHECKING:
    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def test_p6_system_writes_keep_one_chain_for_an_account(app: Flask, org: Organisation) -> None:
    account, scope = org.accounts["org_admin"], org.grid("grid1")
    with app.app_context():
        for count in (3, 2):
            writes = [Write("household", new_id(), scope, "create", household()) for _ in range(count)]
            with writing() as session:
                results = write_records(session, account, writes)
            assert [one["status"] for one in results] == ["applied"] * count
        device = db.session.get(Device, system_device(account))
        assert device is not None
        ops = db.session.execute(select(Op.n, Op.body, Op.hash).order_by(Op.n)).all()
        assert (device.account_id, device.last_n, device.last_hash) == (account, 5, ops[-1].hash)
        assert [op.n for op in ops] == [1, 2, 3, 4, 5]
        assert chain([json.loads(op.body) for op in ops]) == [op.hash.hex() for op in ops]


def test_system_writes_are_pulled_as_records_of_their_author(
    app: Flask, sign_in: SignIn, org: Organisation
) -> None:
    rid = new_id()
    with app.app_context(), writing() as session:
        write_records(
            session,
            org.accounts["cadre1"],
            [
                Write("diary_entry", rid, org.grid("grid1"), "create", diary()),
                Write(
                    "diary_entry",
                    rid,
                    org.grid("grid1"),
                    "set",
                    {"narrative": "后来补充。"},
                    {"narrative": 1},
                ),
            ],
        )
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    phone.sync()
    entry = phone.records[rid]
    assert (entry["by"], entry["rev"]) == (org.accounts["cadre1"], 2)
    assert entry["f"]["narrative"] == "后来补充。"
    phone.set("diary_entry", rid, {"narrative": "手机上接着修改。"})
    assert phone.sync()["results"][0]["status"] == "applied"


def test_system_writes_are_all_or_nothing(app: Flask, org: Organisation) -> None:
    scope = org.grid("grid1")
    writes = [
        Write("household", new_id(), scope, "create", household()),
        Write("household", new_id(), scope, "create", household(door="")),
    ]
    with app.app_context():
        with pytest.raises(WriteRefused, match="门牌不能为空") as refused, writing() as session:
            write_records(session, org.accounts["org_admin"], writes)
        assert (refused.value.position, refused.value.field) == (1, "door")
        assert db.session.scalar(select(func.count()).select_from(Record)) == 0
        assert db.session.scalar(select(func.count()).select_from(Op)) == 0
