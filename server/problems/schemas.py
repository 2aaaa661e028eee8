"""The problem 问题 of the ledger 问题台账 as a document."""

from __future__ import annotations

from server.contacts.categories import CATEGORIES
from server.core.documents import (
    Choice,
    Day,
    Document,
    Instant,
    Items,
    RecordId,
    Text,
    latest_due,
)
from server.files.schemas import MOST_PHOTOS, PhotoSchema

URGENCIES = ("normal", "urgent", "critical")
SOURCES = ("visit", "phone", "survey", "forum", "assigned")
DISPOSITIONS = ("on_spot", "timed", "phased", "explained")
STATES = ("recorded", "resolved_on_spot", "open", "phased", "explained", "resolved", "closed")
KEY_LENGTH = 36


class MilestoneSchema(Document):
    """A milestone 阶段 of a problem that is solved step by step."""

    key = Text("标识", KEY_LENGTH, required=True)
    text = Text("内容", required=True)
    due_on = Day("完成时限", latest_due, required=True)
    done_on = Day("完成日期", latest_due)


class ProblemSchema(Document):
    """A problem 问题. `rules.check` says what each disposition 处理方式 needs."""

    title = Text("事项", required=True)
    detail = Text("详情")
    category = Choice("类别", "Category", CATEGORIES, required=True)
    urgency = Choice("紧急程度", "Urgency", URGENCIES, required=True)
    source = Choice("来源", "Source", SOURCES, required=True)
    diary_id = RecordId("民情日记")
    household_id = RecordId("住户")
    reporter = Text("反映人")
    disposition = Choice("处理方式", "Disposition", DISPOSITIONS)
    due_on = Day("办结时限", latest_due)
    milestones = Items("阶段", MilestoneSchema)
    explained_reason = Text("讲明的原因")
    told_on = Day("告知日期")
    told_how = Text("告知方式")
    state = Choice("状态", "ProblemState", STATES)
    result = Text("办理结果")
    done_on = Day("办结日期", latest_due)
    photos = Items("照片", PhotoSchema, MOST_PHOTOS)
    recorded_at = Instant("记录时间", required=True)
