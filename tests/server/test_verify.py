"""`minqing verify`: it finds every way in which a database can say what no op has said (rule P12)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import orjson
import pytest
from sqlalchemy import text

from server.commands.verify import verify as command
from server.core.database import reading, writing
from server.core.ids import new_id
from server.files.store import current_store
from server.sync.models import Record
from server.sync.moves import moves_of
from server.sync.receipts import signer_of
from server.sync.system import write_records
from server.sync.verify import verify
from server.sync.verify.receipt import check_receipt
from tests.server.databases import config
from tests.server.phone import Json, Phone, diary, household, problem, review
from tests.server.photos import jpeg
from tests.server.test_sync_handover import Story, decide
from tests.server.tus import Tus

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from server.config import Config
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


def findings(app: Flask) -> list[str]:
    """Return what the verification finds."""
    with app.app_context(), reading() as session:
        report = verify(session, lambda _what, _done, _total: None)
        assert report.count == len(report.findings)
        return report.findings


@pytest.fixture
def ids(app: Flask, sign_in: SignIn, org: Organisation) -> dict[str, str]:
    """Return the ids of what a lively week leaves: every kind of op and of result."""
    one, two = (Phone(sign_in("cadre1"), org.grid("grid1")) for _ in range(2))
    house = one.create("household", household(note="原来", members=[{"key": "a", "name": "甲"}]))
    visit = one.create("diary_entry", diary(topics=["thought"]))
    trouble = one.create("problem", problem())
    dropped = one.create("diary_entry", diary())
    one.sync()
    two.sync()
    one.set("household", house, {"note": "甲写的", "members": [{"key": "a", "name": "乙"}]})
    one.set("diary_entry", visit, {"topics": ["thought", "work"], "place": "门口"})
    one.delete("diary_entry", dropped)
    one.sync()
    two.set("household", house, {"note": "乙写的", "members": [{"key": "a", "name": "丙"}]})
    two.set("diary_entry", visit, {"topics": ["study"]})
    two.set("diary_entry", dropped, {"narrative": "别删，我还在写。"})
    two.set("problem", trouble, {"detail": None, "title": "路灯还是不亮"})
    two.create("diary_entry", diary(narrative="短"))
    two.sync()
    one.sync()
    conflict = one.of_type("conflict")[0]["id"]
    one.set("conflict", conflict, {"settled": "shown"})
    one.sync()
    reviewer = Phone(sign_in("reviewer"), org.grid("grid1"))
    reviewer.create("review", review(visit))
    reviewer.sync()

    story = Story(app, sign_in, org)
    story.old = one
    late = one.create("diary_entry", diary())
    one.set("household", house, {"phone": "13800000000"})
    new = story.lose()
    one.sync()
    new.sync()
    waiting = {found["f"]["rid"]: found["id"] for found in new.of_type("handover")}
    assert decide(new, waiting[late], state="taken") == ["applied"]
    one.set("household", house, {"tenure": "owned"}, base={})
    one.sync()
    two.sync()
    two.scope = org.person("cadre1")
    (kept,) = [found for found in two.of_type("quarantine") if found["f"]["code"] == "invalid_field"]
    two.set("quarantine", kept["id"], {"settled": "dropped"})
    two.sync()
    moved = new.create("household", household(house_code="0202"))
    new.sync()
    with app.app_context(), writing() as session:
        for grid in ("grid2", "grid1", "grid2"):
            write_records(session, org.accounts["org_admin"], moves_of(session, [moved], org.grid(grid)))
    return {
        "house": house, "visit": visit, "late": late, "conflict": conflict, "moved": moved,
        "kept": kept["id"], "handover": waiting[late], "waits": waiting[house], "device": one.device,
        "grid": org.grid("grid1"), "dropped": dropped,
    }  # fmt: skip


def test_p12_a_lively_database_is_all_explained(app: Flask, ids: dict[str, str]) -> None:
    assert ids
    assert findings(app) == []


def test_p12_an_empty_database_is_all_explained(app: Flask) -> None:
    assert findings(app) == []


def edit(session: Session, key: str, name: str) -> None:
    """Change one field of the stored record, and nothing else."""
    record = session.get_one(Record, key)
    record.fields = orjson.dumps(orjson.loads(record.fields) | {name: "改"})


DAMAGES: dict[str, tuple[str, str, str]] = {
    "a field is edited": ("fields:note", "house", "字段 note 与操作不符"),
    "a conflict is edited": ("fields:field", "conflict", "字段 field|没有造成它的操作|内容不完整|所存的值"),
    "a stamp is changed": ("UPDATE record SET stamps = :stamps WHERE id = :key", "visit", "版本戳"),
    "a revision is raised": (
        "UPDATE record SET rev = rev + 1 WHERE id = :key", "visit", "版本 4，按操作应为 3"),
    "a scope is changed": (
        "UPDATE record SET scope_id = 'grid:x', seq = 1 WHERE id = :key", "visit", "范围 grid:x，按操作应为"),
    "a seq is changed": ("UPDATE record SET seq = 9999 WHERE id = :key", "visit", "次序号 9999"),
    "a record is deleted": ("DELETE FROM record WHERE id = :key", "visit", "有操作而没有记录"),
    "a record is marked gone": ("UPDATE record SET gone = true WHERE id = :key", "visit", "删除状态"),
    "an author is exchanged": (
        "UPDATE record SET author_id = 'x' WHERE id = :key", "visit", "作者与第一个操作不符"),
    "a time is changed": (
        "UPDATE record SET created_at = '2020-01-01T00:00:00.000Z' WHERE id = :key", "visit", "创建时间"),
    "an op is deleted": ("DELETE FROM op WHERE rid = :key AND rev = 2", "visit", "缺少第 .* 条"),
    "an op's revision is lost": (
        "UPDATE op SET rev = NULL WHERE rid = :key AND rev = 2", "visit", "缺少版本 2 的操作"),
    "an op's text is edited": (
        "UPDATE op SET body = :body WHERE rid = :key AND rev = 1", "visit", "内容与哈希不符"),
    "a hash is changed": (
        "UPDATE op SET hash = :hash WHERE rid = :key AND rev = 1", "visit", "没有接在前一条的哈希之后"),
    "an effect is edited": (
        "UPDATE op SET effect = :effect WHERE rid = :key AND rev = 3", "visit", "字段 topics"),
    "a number is given twice": (
        "UPDATE op SET n = 2 WHERE device_id = :device AND n = 3", "visit", "序号重复"),
    "a device's head is lowered": (
        "UPDATE device SET last_n = last_n - 1 WHERE id = :device", "visit", "登记到第"),
    "a counter is lowered": ("UPDATE scope SET seq = 2 WHERE id = :grid", "visit", "超出计数 2"),
    "a seq is given twice": (
        "UPDATE op SET seq = 2 WHERE rid = :key AND rev = 1", "house", "次序号 2 用了不止一次"),
    "a projection is edited": (
        "UPDATE household SET door = '999' WHERE id = :key", "house", "统计表 household.*door"),
    "a projection is lost": ("DELETE FROM household WHERE id = :key", "house", "缺少一行"),
    "a projection is left over": ("UPDATE record SET type = 'tale' WHERE id = :key", "late", "多出一行"),
    "a conflict is lost": ("DELETE FROM record WHERE id = :key", "conflict", "没有它的冲突记录"),
    "a quarantined op is hidden": ("DELETE FROM record WHERE id = :key", "kept", "没有它的隔离记录"),
    "a quarantined op is reworded": ("fields:op", "kept", "没有对应的操作|所存原文"),
    "a handover is lost": ("DELETE FROM record WHERE id = :key", "waits", "不在它的移交记录里"),
    "a handover is reworded": ("fields:rid", "waits", "与原操作不符"),
    "what was taken is gone": (
        "DELETE FROM op WHERE rid = :key AND rev IS NOT NULL", "late", "没有恰好执行一次"),
    "a departure is forgotten": (
        "DELETE FROM departure WHERE record_id = :key", "moved", "没有记载它在版本"),
    "a departure is invented": (
        "UPDATE departure SET record_id = :other WHERE record_id = :key", "moved", "离开没有对应的操作"),
    "an accepted op is called quarantined": (
        "UPDATE op SET status = 'quarantined' WHERE rid = :key AND rev = 1", "visit", "与版本 1 不符"),
}  # fmt: skip


VALUES = {
    "other": new_id(),
    "stamps": b'{"place":7}',
    "body": b'{"n":2}',
    "hash": b"\1" * 32,
    "effect": b'{"topics":[]}',
}


@pytest.mark.parametrize("name", DAMAGES)
def test_p12_every_damage_is_named(app: Flask, ids: dict[str, str], name: str) -> None:
    statement, key, told = DAMAGES[name]
    with app.app_context(), writing() as session:
        if "SET n = 2" in statement:
            session.execute(text("DROP INDEX op_device_n"))
        if statement.startswith("fields:"):
            edit(session, ids[key], statement.removeprefix("fields:"))
        else:
            values = VALUES | {"key": ids[key], "device": ids["device"], "grid": ids["grid"]}
            used = {one: value for one, value in values.items() if f":{one}" in statement}
            session.execute(text(statement), used)
    found = findings(app)
    assert any(re.search(told, one) for one in found), found


def test_p12_a_receipt_is_checked_against_chain_and_signature(
    app: Flask, sign_in: SignIn, org: Organisation, config: Config
) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    nothing = phone.sync()["receipt"]
    phone.create("diary_entry", diary())
    receipt = phone.sync()["receipt"]
    phone.create("diary_entry", diary())
    phone.sync()

    def wrong(given: object) -> str:
        with app.app_context(), reading() as session:
            return " ".join(check_receipt(session, signer_of(config.receipt_key), given))

    assert wrong(receipt) == wrong(nothing) == ""
    assert "签名不对" in wrong(receipt | {"n": 2})
    assert "不是一张收据" in wrong({"n": 1})
    assert "另一把密钥" in wrong(receipt | {"key": "0" * 16})
    with app.app_context(), writing() as session:
        session.execute(text("DELETE FROM op WHERE device_id = :device AND n = 1"), {"device": phone.device})
    assert "数据库里没有" in wrong(receipt)


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    """Return a function that runs the command, and returns its exit code and output."""

    def ran(*arguments: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(command, list(arguments))
        return result.exit_code, result.output

    return ran


def test_p12_the_command_says_what_it_found(
    app: Flask, ids: dict[str, str], run: Callable[..., tuple[int, str]]
) -> None:
    code, output = run()
    assert (code, "全部有据" in output) == (0, True), output
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE record SET rev = 9 WHERE id = :key"), {"key": ids["visit"]})
    code, output = run()
    assert (code, f"记录 {ids['visit']}" in output, "有 1 处不对" in output) == (1, True, True), output


def test_p12_the_command_checks_a_receipt(
    config: Config, sign_in: SignIn, org: Organisation, run: Callable[..., tuple[int, str]]
) -> None:
    phone = Phone(sign_in("cadre1"), org.grid("grid1"))
    phone.create("diary_entry", diary())
    receipt: Json = phone.sync()["receipt"]
    file = config.data / "receipt.json"
    file.write_text(json.dumps(receipt))
    assert run("--receipt", str(file))[0] == 0
    file.write_text(json.dumps(receipt | {"seq": 7}))
    code, output = run("--receipt", str(file))
    assert (code, "签名不对" in output) == (1, True)
    file.write_text("{")
    assert "不是一张收据" in run("--receipt", str(file))[1]


def test_p12_the_command_names_a_photo_that_is_damaged(
    app: Flask, sign_in: SignIn, org: Organisation, run: Callable[..., tuple[int, str]]
) -> None:
    name = Tus(sign_in("cadre1"), org.grid("grid1")).upload(jpeg())
    assert run()[0] == 0
    with app.app_context():
        current_store().delete(name)
    code, output = run()
    assert (code, f"照片 {name}：文件缺失" in output) == (1, True)
