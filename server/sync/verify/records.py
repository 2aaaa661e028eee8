"""Every record, explained by its ops: fields, stamps, revision, scope and seq (rule P12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from server.sync.batch import instant
from server.sync.models import Departure, Device, Op, Record, Scope
from server.sync.registry import TYPES
from server.sync.verify.own_records import explain
from server.sync.verify.report import Report, grouped, parsed, side_by_side
from sync.keyed import same
from sync.merge import GONE
from sync.upcast import upcast

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIRST_STATES = {"conflict": "open", "handover": "waiting"}
CREATED_WITH = {
    "conflict": ("record_type", "record_id", "field", "shown", "other"),
    "handover": ("of_type", "rid", "account", "device", "reason", "ops"),
    "quarantine": (
        "op", "op_id", "device", "n", "account", "code", "message", "field", "received_at", "handover",
    ),
}  # fmt: skip
OPS = (
    select(
        Op.rid, Op.rev, Op.op_id, Op.scope_id, Op.seq, Op.status, Op.schema, Op.body, Op.effect,
        Op.received_at, Device.account_id,
    )
    .join(Device, Device.id == Op.device_id)
    .where(Op.rev.is_not(None))
    .order_by(Op.rid, Op.rev)
)  # fmt: skip


def check(session: Session, report: Report) -> None:
    """Look at every record beside its ops."""
    records = report.stream(session, select(*Record.__table__.columns).order_by(Record.id))
    ops = grouped(report.stream(session, OPS), "rid")
    for rid, record, of_record in side_by_side(((row.id, row) for row in records), ops):
        if record is None:
            report.say(f"记录 {rid}：有操作而没有记录")
            continue
        replay = Replay(report, record, of_record or [])
        replay.run()
        replay.compare()
        if record.type in CREATED_WITH:
            explain(session, record, replay.stored, report)
        if replay.left:
            check_departures(session, report, replay)
    check_arrivals(session, report)


@dataclass
class Replay:
    """A record made anew from its ops."""

    report: Report
    record: Any
    ops: list[Any]
    fields: dict[str, Any] = field(default_factory=dict)
    stamps: dict[str, int] = field(default_factory=dict)
    rev: int = 0
    gone: bool = False
    scope: str = ""
    left: dict[str, Any] = field(default_factory=dict)  # by scope that it left, the op

    def __post_init__(self) -> None:
        """Begin with nothing, or with what the server made before there was an op."""
        self.stored = parsed(self.record.fields)
        if self.record.type in CREATED_WITH:
            names = CREATED_WITH[self.record.type]
            self.fields = {name: self.stored[name] for name in names if name in self.stored}
            if self.record.type in FIRST_STATES:
                self.fields["state"] = FIRST_STATES[self.record.type]
            self.rev = 1
            if any("ops" in (parsed(op.body).get("set") or {}) for op in self.ops):
                self.fields["ops"] = []  # a handover that grew: each of its ops is looked at by itself

    def say(self, what: str) -> None:
        """Note what is wrong with the record."""
        self.report.say(f"记录 {self.record.id}（{self.record.type}）：{what}")

    def run(self) -> None:
        """Apply the ops in the order of their revisions."""
        for op in self.ops:
            if op.rev != self.rev + 1:
                self.say(f"版本 {op.rev} 重复" if op.rev <= self.rev else f"缺少版本 {self.rev + 1} 的操作")
            body = upcast(parsed(op.body), op.schema)
            if body.get("type") != self.record.type:
                self.say(f"版本 {op.rev} 的操作属于类型 {body.get('type')}")
            self.apply(op, body)

    def apply(self, op: Any, body: Any) -> None:  # noqa: ANN401 - a row and its content
        """Apply one op."""
        kind, is_first = body.get("kind"), self.rev == 0
        self.rev = max(op.rev, self.rev)
        if is_first and kind not in {"create", "append"}:
            self.say("第一个操作不是新建")
        if kind == "move":
            self.move(op, str(body.get("from")))
        elif self.scope and op.scope_id != self.scope:
            self.say(f"版本 {op.rev} 的操作在范围 {op.scope_id}，记录当时在 {self.scope}")
        self.scope = self.scope or op.scope_id
        if kind == "delete" and op.status != "conflict":
            self.stamps |= {} if self.gone else {GONE: self.rev}
            self.gone = True
        elif kind == "set" or is_first:
            self.store(body.get("set") or {}, parsed(op.effect or b"{}"), is_first=is_first)

    def move(self, op: Any, left: str) -> None:  # noqa: ANN401 - a row
        """Put the record from one scope into another."""
        if self.scope not in {"", left}:
            self.say(f"版本 {self.rev} 的移动从范围 {left} 开始，记录当时在 {self.scope}")
        self.left[left], self.scope = op, op.scope_id

    def store(self, sent: dict[str, Any], effect: dict[str, Any], *, is_first: bool) -> None:
        """Store the fields as the op left them."""
        if self.gone:
            self.gone, self.stamps[GONE] = False, self.rev
        for name, value in (sent | effect).items():
            if not is_first and not same(self.fields.get(name), value):
                self.stamps[name] = self.rev
            if value is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = value

    def compare(self) -> None:
        """Say where the record isn't what its ops made."""
        if not self.rev:
            self.say("没有操作")
            return
        self.compare_fields()
        record, last = self.record, self.ops[-1] if self.ops else None
        if record.rev != self.rev:
            self.say(f"版本 {record.rev}，按操作应为 {self.rev}")
        if bool(record.gone) != self.gone:
            self.say("删除状态与操作不符")
        if self.scope and record.scope_id != self.scope:
            self.say(f"范围 {record.scope_id}，按操作应为 {self.scope}")
        if last is not None and record.seq != last.seq:
            self.say(f"次序号 {record.seq}，按操作应为 {last.seq}")
        if record.type not in CREATED_WITH:
            self.compare_origin()

    def compare_fields(self) -> None:
        """Say which fields, and which stamps, aren't what the ops made."""
        for name in sorted(self.fields.keys() | self.stored.keys()):
            if not same(self.fields.get(name), self.stored.get(name)):
                self.say(f"字段 {name} 与操作不符")
        stamps = parsed(self.record.stamps)
        for name in sorted(self.stamps.keys() | stamps.keys()):
            if self.stamps.get(name) != stamps.get(name):
                self.say(f"字段 {name} 的版本戳 {stamps.get(name)}，按操作应为 {self.stamps.get(name)}")

    def compare_origin(self) -> None:
        """Say where its author or its time isn't that of the first op."""
        first = self.ops[0]
        if self.record.author_id != first.account_id:
            self.say("作者与第一个操作不符")
        if self.record.created_at != instant(first.received_at):
            self.say("创建时间与第一个操作不符")
        if self.record.type not in TYPES:
            self.say("类型未知")


def check_departures(session: Session, report: Report, replay: Replay) -> None:
    """Look whether every scope that the record left says so, as far back as it remembers (L9)."""
    found = session.execute(
        select(Departure.scope_id, Departure.rev).where(Departure.record_id == replay.record.id)
    )
    rows = {row.scope_id: row.rev for row in found}
    for scope, op in replay.left.items():
        is_back = scope == replay.record.scope_id
        if rows.get(scope) == op.rev or is_back or (scope not in rows and is_forgotten(session, scope, op)):
            continue
        report.say(f"记录 {replay.record.id}：范围 {scope} 没有记载它在版本 {op.rev} 离开")


def is_forgotten(session: Session, scope: str, op: Any) -> bool:  # noqa: ANN401 - a row
    """Return whether the scope remembers only what left after the op."""
    floor = session.scalar(select(Scope.floor).where(Scope.id == scope)) or 0
    moved = (Op.rid == Departure.record_id) & (Op.rev == Departure.rev)
    oldest = select(func.min(Op.received_at)).join(Departure, moved).where(Departure.scope_id == scope)
    since = session.scalar(oldest)
    return floor > 0 and (since is None or op.received_at <= since)


def check_arrivals(session: Session, report: Report) -> None:
    """Look whether every departure is explained by a move."""
    statement = (
        select(Departure.scope_id, Departure.record_id, Departure.rev, Op.body, Record.scope_id.label("now"))
        .outerjoin(Op, (Op.rid == Departure.record_id) & (Op.rev == Departure.rev))
        .outerjoin(Record, Record.id == Departure.record_id)
        .order_by(Departure.scope_id, Departure.record_id)
    )
    for row in report.stream(session, statement):
        if row.body is None or parsed(row.body).get("kind") != "move" or row.now == row.scope_id:
            report.say(f"范围 {row.scope_id}：记录 {row.record_id} 的离开没有对应的操作")
