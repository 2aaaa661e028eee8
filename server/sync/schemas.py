"""The records that only the server makes, as documents: conflicts 冲突, handovers 移交, quarantine 隔离."""

from __future__ import annotations

from marshmallow import fields

from server.core.documents import Choice, Count, Document, Excerpt, Flag, Instant, Items, RecordId, Text

MAX_OP = 1024 * 1024
CONFLICT_STATES = ("open", "settled")
SETTLEMENTS = ("shown", "other", "joined", "new")
HANDOVER_REASONS = ("scope_lost", "record_moved")
DECISIONS = ("taken", "declined")
HANDOVER_STATES = ("waiting", *DECISIONS)
QUARANTINE_ENDS = ("resent", "dropped")
MOST_HANDED_OVER = 1_000  # ops of one handover


class ConflictSideSchema(Document):
    """One side of a conflict: a value, who wrote it on which device, and when by which clock."""

    value = fields.Raw(required=True, allow_none=True, metadata={"label": "内容"})
    account = RecordId("账号", required=True)
    device = RecordId("设备", required=True)
    wall = Text("设备时间", required=True)
    received = Instant("收到时间", required=True)


class ConflictSchema(Document):
    """Two values of one field; `field` is `gone` where a deletion met an edit (rule M6).

    `settled` says which of them a person chose, in the end, as the record's (rule M10).
    """

    record_type = Text("记录类型", required=True)
    record_id = RecordId("记录", required=True)
    field = Text("栏目", required=True)
    shown = fields.Nested(ConflictSideSchema, required=True, metadata={"label": "现有内容"})
    other = fields.Nested(ConflictSideSchema, required=True, metadata={"label": "另一内容"})
    state = Choice("状态", "ConflictState", CONFLICT_STATES, required=True)
    settled = Choice("处理结果", "Settlement", SETTLEMENTS)
    note = Text("说明")
    settled_by = RecordId("处理人")
    settled_at = Instant("处理时间")


class HandoverOpSchema(Document):
    """An op that was handed over, as far as it concerns who decides."""

    op_id = RecordId("操作编号", required=True)
    n = Count("序号", 1, required=True)
    kind = Text("操作", required=True)
    set = Excerpt("内容")
    base = Excerpt("所见版本")
    wall = Text("设备时间", required=True)
    received_at = Instant("收到时间", required=True)


class HandoverSchema(Document):
    """The ops of one device on one record of a scope that their author held once (rule P13).

    `state` says what whoever holds the scope now decided, a refusal with a `note`.
    """

    of_type = Text("记录类型", required=True)
    rid = RecordId("记录", required=True)
    account = RecordId("账号", required=True)
    device = RecordId("设备", required=True)
    reason = Choice("原因", "HandoverReason", HANDOVER_REASONS, required=True)
    ops = Items("操作", HandoverOpSchema, MOST_HANDED_OVER)
    state = Choice("状态", "HandoverState", HANDOVER_STATES, required=True)
    note = Text("说明")
    decided_by = RecordId("处理人")
    decided_at = Instant("处理时间")


class QuarantineSchema(Document):
    """An op that couldn't be applied, kept whole as text with the reason (rules P2, P11).

    Its author ends it with `settled`, a supervisor the twin with `handled`. Of an op that was
    handed over it says what was decided (rule P13).
    """

    op = Text("操作", MAX_OP, required=True)
    op_id = RecordId("操作编号", required=True)
    device = RecordId("设备", required=True)
    n = Count("序号", 1, required=True)
    account = RecordId("账号", required=True)
    code = Text("代码", required=True)
    message = Text("原因", required=True)
    field = Text("栏目")
    received_at = Instant("收到时间", required=True)
    settled = Choice("处理结果", "QuarantineEnd", QUARANTINE_ENDS)
    settled_at = Instant("处理时间")
    handled = Flag("已处理")
    handled_by = RecordId("处理人")
    handled_at = Instant("处理时间")
    note = Text("说明")
    handover = RecordId("移交")
    decision = Choice("移交结果", "Decision", DECISIONS)
    decided_by = RecordId("接收人")
    decided_at = Instant("接收时间")
    decision_note = Text("接收人的说明")
