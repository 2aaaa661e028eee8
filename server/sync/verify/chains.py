"""Every device's ops: n = 1…N once each, chained, as they were hashed (rules P1, P5, P6)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from server.sync.batch import QUARANTINED
from server.sync.models import Device, Op
from server.sync.verify.own_records import Expected
from server.sync.verify.report import Report, parsed, side_by_side
from sync.canonical import GENESIS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

ACCEPTED = frozenset({"applied", "merged", "conflict"})
WITHOUT_N = frozenset({"n_taken", "id_reused"})  # codes of ops whose number is another's
COLUMNS = (
    Op.op_id, Op.same_as, Op.device_id, Op.n, Op.hash, Op.rid, Op.rev, Op.status, Op.code, Op.body,
)  # fmt: skip


def check(session: Session, report: Report) -> None:
    """Look at every device and every op."""
    expected = Expected(session, report)
    devices = report.stream(session, select(*Device.__table__.columns).order_by(Device.id))
    numbered = select(*COLUMNS).where(Op.n.is_not(None)).order_by(Op.device_id, Op.n, Op.op_id)
    chains = Chains(report, report.stream(session, numbered), expected)
    for key, device, chain in side_by_side(((row.id, row) for row in devices), chains.heads()):
        report.devices += 1
        n, head = chain or (0, bytes.fromhex(GENESIS))
        if device is None:
            report.say(f"设备 {key}：有操作而没有登记")
        elif device.last_n != n:
            report.say(f"设备 {key}：登记到第 {device.last_n} 条，实际到第 {n} 条")
        elif device.last_hash != head:
            report.say(f"设备 {key}：登记的链尾哈希与第 {n} 条不符")
    for op in report.stream(session, select(*COLUMNS).where(Op.n.is_(None)).order_by(Op.op_id)):
        look(report, op, expected)
        if op.status != QUARANTINED or op.code not in WITHOUT_N:
            report.say(f"操作 {op.op_id}：没有序号")
    expected.flush()


class Chains:
    """The chains of all devices, walked op by op."""

    def __init__(self, report: Report, ops: Iterator[Any], expected: Expected) -> None:
        self.report, self.ops, self.expected = report, ops, expected

    def heads(self) -> Iterator[tuple[str, tuple[int, bytes]]]:
        """Yield each device with its last number and hash."""
        device, n, head = "", 0, b""
        for op in self.ops:
            if op.device_id != device:
                if device:
                    yield device, (n, head)
                device, n, head = op.device_id, 0, bytes.fromhex(GENESIS)
            self.follow(op, n, head)
            n, head = max(n, op.n), op.hash
        if device:
            yield device, (n, head)

    def follow(self, op: Any, last: int, head: bytes) -> None:  # noqa: ANN401 - a row
        """Look whether the op is the next one after `last`, and chained to its hash."""
        where = f"设备 {op.device_id} 第 {op.n} 条"
        if op.n <= last:
            self.report.say(f"{where}：序号重复")
        elif op.n > last + 1:
            missing = f"第 {last + 1} 条" if op.n == last + 2 else f"第 {last + 1} 至 {op.n - 1} 条"
            self.report.say(f"设备 {op.device_id}：缺少{missing}")
        body = look(self.report, op, self.expected)
        if body.get("n") != op.n:
            self.report.say(f"{where}：序号与内容不符")
        if body.get("prev_hash") != head.hex() and op.code != "chain_broken":
            self.report.say(f"{where}：没有接在前一条的哈希之后")


def look(report: Report, op: Any, expected: Expected) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Return the op's content, after looking at what of it stands in columns."""
    where = f"操作 {op.op_id}"
    if hashlib.sha256(op.body).digest() != op.hash:
        report.say(f"{where}：内容与哈希不符")
    body = parsed(op.body)
    if body.get("op_id") != (op.same_as or op.op_id):
        report.say(f"{where}：编号与内容不符")
    if op.rid and body.get("rid") != op.rid:
        report.say(f"{where}：记录与内容不符")
    if op.status in ACCEPTED:
        if op.rev is None:
            report.say(f"{where}：状态为 {op.status}，却没有版本")
    elif op.status != QUARANTINED or op.rev is not None:
        report.say(f"{where}：状态 {op.status} 与版本 {op.rev} 不符")
    expected.add(op)
    return body
