"""The records that only the server makes, as documents: conflicts 冲突 and quarantine 隔离."""

from __future__ import annotations

from marshmallow import fields

from server.core.documents import Choice, Count, Document, Instant, RecordId, Text

MAX_OP = 1024 * 1024
CONFLICT_STATES = ("open", "settled")
SETTLEMENTS = ("shown", "other", "joined", "new")


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


class QuarantineSchema(Document):
    """An op that couldn't be applied, kept whole as text with the reason (rules P2, P11)."""

    op = Text("操作", MAX_OP, required=True)
    op_id = RecordId("操作编号", required=True)
    device = RecordId("设备", required=True)
    n = Count("序号", 1, required=True)
    account = RecordId("账号", required=True)
    code = Text("代码", required=True)
    message = Text("原因", required=True)
    field = Text("栏目")
    received_at = Instant("收到时间", required=True)
