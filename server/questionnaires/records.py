"""A round 问卷轮次 as phones see it, and a named answer 记名答卷, as documents."""

from __future__ import annotations

from server.core.documents import (
    NAME_LENGTH,
    Choice,
    ContentHash,
    Day,
    Document,
    Flag,
    Instant,
    Items,
    RecordId,
    Text,
    latest_due,
)
from server.questionnaires.rules import ANONYMOUS_UNITS, MODES, SEEN_STATES, VIAS

TITLE_LENGTH = 120
PROSE_LENGTH = 5_000  # of a consent notice or a feedback
KEY_LENGTH = 120
ANSWERS_LENGTH = 200_000
MOST_MEDIA = 200


class SurveyMediumSchema(Document):
    """A file that the form names."""

    name = Text("名称", TITLE_LENGTH, required=True)
    sha256 = ContentHash("SHA-256", required=True)


class SurveyRoundSchema(Document):
    """A round in one of its grids; the server alone writes it.

    `unit_id` is the community. `public_key` seals anonymous answers; a named round has none.
    """

    round_id = RecordId("轮次", required=True)
    unit_id = RecordId("社区", required=True)
    title = Text("名称", TITLE_LENGTH, required=True)
    mode = Choice("方式", "SurveyMode", MODES, required=True)
    anonymous_unit = Choice("不记名地点", "AnonymousUnit", ANONYMOUS_UNITS, required=True)
    opens = Day("开始日期", latest_due, required=True)
    closes = Day("截止日期", latest_due, required=True)
    state = Choice("状态", "SurveyRoundState", SEEN_STATES, required=True)
    version_id = RecordId("问卷版本", required=True)
    form_sha256 = ContentHash("问卷 SHA-256", required=True)
    media = Items("附件", SurveyMediumSchema, MOST_MEDIA)
    consent = Text("告知书", PROSE_LENGTH)
    public_key = Text("公钥", KEY_LENGTH)
    feedback = Text("反馈", PROSE_LENGTH)


class SurveyResponseSchema(Document):
    """A named answer. `answers` is the submission as XML, of the form `version_id`.

    `rules.check_response` says what further holds between the fields.
    """

    round_id = RecordId("轮次", required=True)
    version_id = RecordId("问卷版本", required=True)
    household_id = RecordId("住户")
    answers = Text("答案", ANSWERS_LENGTH, required=True)
    name = Text("姓名", NAME_LENGTH)
    phone = Text("电话", NAME_LENGTH)
    reply_wanted = Flag("希望答复")
    via = Choice("填写途径", "SurveyVia", VIAS, required=True)
    filled_on = Day("填写日期", required=True)
    recorded_at = Instant("记录时间", required=True)
