"""What the server itself made of ops: conflicts, quarantine records and handovers, both ways."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from server.sync.batch import QUARANTINED, instant
from server.sync.conflicts import NOWHERE, conflict_id
from server.sync.models import Device, Op, Record
from server.sync.numbering import alias
from server.sync.own_ids import server_id, system_device
from server.sync.registry import TYPES
from server.sync.verify.report import Report, parsed
from sync.keyed import same
from sync.merge import GONE
from sync.messages import MOST_CONFLICTS
from sync.upcast import upcast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

AT_ONCE = 400  # records looked up together
MILLISECOND = timedelta(milliseconds=1)
OP_COLUMNS = (
    Op.op_id, Op.device_id, Op.n, Op.schema, Op.body, Op.effect, Op.code, Op.status, Op.scope_id, Op.seq,
    Op.received_at, Device.account_id,
)  # fmt: skip
Fields = dict[str, Any]


class Expected:
    """The records that ops must have made, looked up some hundred at a time."""

    def __init__(self, session: Session, report: Report) -> None:
        self.session, self.report = session, report
        self.wanted: dict[str, tuple[str, str, bool]] = {}

    def add(self, op: Any) -> None:  # noqa: ANN401 - a row
        """Note what the op must have made."""
        if op.status == QUARANTINED:
            key = server_id(op.op_id, "person")
            self.wanted[key] = ("quarantine", op.op_id, op.code == "handed_over")
        elif op.status == "conflict":
            self.wanted[conflict_id(op.op_id, 0)] = ("conflict", op.op_id, False)
        if len(self.wanted) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Look for the records noted so far."""
        found = self.read(self.wanted)
        handed = {
            key: found[key][1]
            for key, (_, _, is_handed) in self.wanted.items()
            if is_handed and key in found and found[key][0] == "quarantine"
        }
        handovers = self.read(str(fields.get("handover")) for fields in handed.values())
        for key, (record_type, op_id, is_handed) in self.wanted.items():
            name = "隔离记录" if record_type == "quarantine" else "冲突记录"
            if key not in found or found[key][0] != record_type:
                self.report.say(f"操作 {op_id}：没有它的{name}")
            elif is_handed:
                _, fields = handovers.get(str(handed[key].get("handover")), ("", {}))
                if op_id not in {item["op_id"] for item in fields.get("ops") or []}:
                    self.report.say(f"操作 {op_id}：不在它的移交记录里")
        self.wanted.clear()

    def read(self, ids: Any) -> dict[str, tuple[str, Fields]]:  # noqa: ANN401 - any iterable
        """Return the type and the fields of the records."""
        rows = self.session.execute(
            select(Record.id, Record.type, Record.fields).where(Record.id.in_(list(ids)))
        )
        return {row.id: (row.type, parsed(row.fields)) for row in rows}


def explain(session: Session, record: Any, fields: Fields, report: Report) -> None:  # noqa: ANN401 - a row
    """Look whether a record of the server's own making says what the ops say."""
    look = {"conflict": conflict, "quarantine": quarantine, "handover": handover}[record.type]
    try:
        found = look(session, record, fields)
    except (KeyError, TypeError, ValueError):
        found = "内容不完整"
    if found:
        report.say(f"记录 {record.id}（{record.type}）：{found}")


def ops_where(session: Session, condition: Any) -> list[Any]:  # noqa: ANN401 - an SQL condition
    """Return the ops that meet the condition, with their accounts."""
    statement = select(*OP_COLUMNS).join(Device, Device.id == Op.device_id).where(condition)
    return list(session.execute(statement))


def quarantine(session: Session, record: Any, fields: Fields) -> str:  # noqa: ANN401
    """Return what is wrong with a quarantine record, or nothing."""
    role = str(record.scope_id).partition(":")[0]
    ids = [fields["op_id"], alias(fields["op_id"], fields["op"].encode("utf-8", "surrogatepass"))]
    same_id = (Op.device_id == fields["device"]) & (Op.same_as == fields["op_id"])
    found = ops_where(session, or_(Op.op_id.in_(ids), same_id))
    op = next((one for one in found if server_id(one.op_id, role) == record.id), None)
    if op is None:
        return "没有对应的操作"
    told = (fields["device"], fields["account"], fields["code"], fields["received_at"])
    if told != (op.device_id, op.account_id, op.code, instant(op.received_at)):
        return "与对应的操作不符"
    if not op.body.decode(errors="ignore").startswith(fields["op"]) or fields["n"] != parsed(op.body)["n"]:
        return "所存原文与对应的操作不符"
    if op.status != QUARANTINED or (role == "person" and op.scope_id != record.scope_id):
        return "对应的操作不在隔离状态"
    if role == "person" and record.rev == 1 and record.seq != op.seq:
        return f"次序号 {record.seq} 与对应的操作 {op.seq} 不符"
    return ""


def conflict(session: Session, record: Any, fields: Fields) -> str:  # noqa: ANN401
    """Return what is wrong with a conflict, or nothing."""
    sides = [fields["shown"], fields["other"]]
    moments = [datetime.fromisoformat(side["received"]) for side in sides]
    near = or_(*((Op.received_at >= at) & (Op.received_at < at + MILLISECOND) for at in moments))
    ops = ops_where(session, (Op.rid == fields["record_id"]) & Op.rev.is_not(None) & near)
    made = (op.op_id for op in ops if op.status == "conflict")
    if not any(record.id == conflict_id(op_id, number) for op_id in made for number in range(MOST_CONFLICTS)):
        return "没有造成它的操作"
    is_plain = fields["field"] not in {GONE, *TYPES[fields["record_type"]].keyed}
    for side in sides:
        if side["device"] == NOWHERE:
            continue
        writers = [op for op in ops if is_writer(op, side)]
        if not writers:
            return "写入的人或时间与操作不符"
        if is_plain and not any(wrote(op, fields["field"], side["value"]) for op in writers):
            return "所存的值与操作不符"
    return ""


def is_writer(op: Any, side: Mapping[str, Any]) -> bool:  # noqa: ANN401
    """Return whether the side of a conflict was written by the op; one taken over has another device."""
    told = (side["account"], side["wall"], side["received"])
    is_device = side["device"] == op.device_id or op.device_id == system_device(op.account_id)
    return is_device and told == (op.account_id, parsed(op.body).get("wall"), instant(op.received_at))


def wrote(op: Any, name: str, value: object) -> bool:  # noqa: ANN401
    """Return whether the op sent the value of the field, or left it in the record."""
    sent = (upcast(parsed(op.body), op.schema).get("set") or {}).get(name)
    effect = parsed(op.effect or b"{}")
    return same(sent, value) or (name in effect and same(effect[name], value))


def handover(session: Session, record: Any, fields: Fields) -> str:  # noqa: ANN401
    """Return what is wrong with a handover, or nothing."""
    items = fields["ops"]
    ops = {
        op.op_id: op
        for start in range(0, len(items), AT_ONCE)
        for op in ops_where(session, Op.op_id.in_([item["op_id"] for item in items[start : start + AT_ONCE]]))
    }
    if record.id != server_id(items[0]["op_id"], "handover"):
        return "没有造成它的操作"
    for item in items:
        op = ops.get(item["op_id"])
        if op is None or op.code != "handed_over" or not is_item_of(item, op, fields):
            return f"移交的操作 {item['op_id']} 与原操作不符"
    if fields["state"] != "taken":
        return ""
    is_own = (Op.rid == fields["rid"]) & (Op.device_id == system_device(fields["account"]))
    origins = [parsed(op.body).get("origin") for op in ops_where(session, is_own & Op.rev.is_not(None))]
    for item in items:
        if origins.count(item["op_id"]) != 1 and item["received_at"] <= fields["decided_at"]:
            return f"移交的操作 {item['op_id']} 没有恰好执行一次"
    return ""


def is_item_of(item: Mapping[str, Any], op: Any, fields: Fields) -> bool:  # noqa: ANN401
    """Return whether the handover names the op as it is."""
    body = upcast(parsed(op.body), op.schema)
    members = all(item.get(name) == body.get(name) for name in ("n", "kind", "wall")) and all(
        same(item.get(name) or {}, body.get(name) or {}) for name in ("set", "base")
    )
    told = (fields["device"], fields["account"], fields["rid"], item["received_at"])
    return members and told == (op.device_id, op.account_id, body["rid"], instant(op.received_at))
