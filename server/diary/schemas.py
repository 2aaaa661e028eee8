"""The diary entry 民情日记 (a visit and its diary in one) and its review 审阅 as documents."""

from __future__ import annotations

from server.contacts.categories import CATEGORIES
from server.core.documents import (
    NAME_LENGTH,
    Choice,
    Choices,
    Count,
    Day,
    Document,
    Excerpt,
    Flag,
    Instant,
    Items,
    RecordId,
    Text,
)
from server.files.schemas import MOST_PHOTOS, PhotoSchema

NARRATIVE_LENGTH = 20_000
PERIODS = ("morning", "afternoon", "evening")
CHANNELS = ("in_person", "phone", "video", "message")
TARGET_TYPES = ("household", "enterprise", "merchant", "public_place")
TOPICS = (*CATEGORIES, "thought", "work", "study")
SERVICES = (
    "visit",  # 走访调查
    "guidance",  # 指导工作
    "consultation",  # 征求意见
    "support",  # 帮扶
    "problem_solving",  # 解决问题
    "publicity",  # 宣传
    "talk",  # 谈心
)
VERDICTS = ("read", "returned")
MINUTES_EAST = (-14 * 60, 14 * 60)


class DiaryEntrySchema(Document):
    """A diary entry 民情日记. `rules.check` says what further holds between the fields."""

    visit_date = Day("走访日期", required=True)
    period = Choice("时段", "Period", PERIODS)
    channel = Choice("方式", "Channel", CHANNELS, required=True)
    not_home = Flag("未遇")
    target_type = Choice("对象类型", "TargetType", TARGET_TYPES, required=True)
    household_id = RecordId("走访对象")
    target_name = Text("对象名称", NAME_LENGTH)
    place = Text("地点")
    persons_met = Text("受访人")
    companions = Text("同行人")
    topics = Choices("民情类别", "Topic", TOPICS)
    services = Choices("本次做了什么", "Service", SERVICES, required=True)
    narrative = Text("情况记录", NARRATIVE_LENGTH, least=0, required=True)
    opinions = Text("意见建议")
    reply_expected = Flag("需回话")
    next_step = Text("后续打算")
    gift_declared = Text("礼品礼金登记")
    photos = Items("照片", PhotoSchema, MOST_PHOTOS)
    recorded_at = Instant("记录时间", required=True)
    tz = Count("时区", *MINUTES_EAST)


class ReviewCommentSchema(Document):
    """A comment on one field of a diary entry."""

    field = Text("栏目", NAME_LENGTH, required=True)
    text = Text("意见", required=True)


class ReviewSchema(Document):
    """A review 审阅 of the revision `diary_rev` of a diary entry; it never changes."""

    diary_id = RecordId("民情日记", required=True)
    diary_rev = Count("所读版本", 1, required=True)
    verdict = Choice("审阅结果", "Verdict", VERDICTS, required=True)
    comment = Text("审阅意见")
    comments = Items("分栏意见", ReviewCommentSchema)
    seen = Excerpt("所读内容")  # as it was read, so that both versions can be shown
    recorded_at = Instant("记录时间", required=True)
