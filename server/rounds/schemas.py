"""What the endpoints of rounds take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.core.fields import InputSchema, Text, one_of
from server.questionnaires.records import PROSE_LENGTH, TITLE_LENGTH
from server.questionnaires.rules import ANONYMOUS_UNITS, MODES

ID_LENGTH = 36
MOST_GRIDS = 200


class Prose(fields.String):
    """A text of several lines."""

    def __init__(self, **options: object) -> None:
        """Keep the options of `fields.String`."""
        super().__init__(validate=validate.Length(max=PROSE_LENGTH, error="不能超过 {max} 个字"), **options)  # type: ignore[arg-type] # passed on as they come


class RoundPatch(InputSchema):
    """What of a draft may be changed; of an open round only `closes`."""

    labels = {  # noqa: RUF012 - marshmallow's own hook
        "version_id": "问卷版本", "title": "名称", "units": "网格", "mode": "方式", "closes": "截止日期",
        "anonymous_unit": "不记名地点", "opens": "开始日期", "consent": "告知书",
    }  # fmt: skip
    version_id = Text(maximum=ID_LENGTH)
    title = Text(maximum=TITLE_LENGTH)
    units = fields.List(Text(maximum=ID_LENGTH), allow_none=True, validate=validate.Length(1, MOST_GRIDS))
    mode = fields.String(validate=one_of(MODES))
    anonymous_unit = fields.String(validate=one_of(ANONYMOUS_UNITS))
    opens = fields.Date()
    closes = fields.Date()
    consent = Prose()


class RoundIn(RoundPatch):
    """A new round."""

    version_id = Text(maximum=ID_LENGTH, required=True)
    title = Text(maximum=TITLE_LENGTH, required=True)
    units = fields.List(
        Text(maximum=ID_LENGTH), load_default=None, allow_none=True, validate=validate.Length(1, MOST_GRIDS)
    )
    mode = fields.String(required=True, validate=one_of(MODES))
    anonymous_unit = fields.String(load_default="community", validate=one_of(ANONYMOUS_UNITS))
    opens = fields.Date(required=True)
    closes = fields.Date(required=True)
    consent = Prose(load_default="")


class CollectIn(InputSchema):
    """The end of collecting; `discard` gives up sealed answers that are too few to be opened."""

    discard = fields.Boolean(load_default=False)


class CloseIn(InputSchema):
    """The end of a round."""

    labels = {"feedback": "反馈"}  # noqa: RUF012 - marshmallow's own hook
    feedback = Prose(required=True)


class CountsOut(Schema):
    """How many answers a round has. `waiting` are sealed ones, in tens."""

    named = fields.Integer(required=True)
    late = fields.Integer(required=True)
    opened = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


class RoundOut(Schema):
    """A round as its managers see it."""

    id = fields.String(required=True)
    version_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    title = fields.String(required=True)
    units = fields.List(fields.String(), required=True, allow_none=True)
    mode = fields.String(required=True)
    anonymous_unit = fields.String(required=True)
    opens = fields.Date(required=True)
    closes = fields.Date(required=True)
    state = fields.String(required=True)
    consent = fields.String(required=True)
    code = fields.String(required=True)
    feedback = fields.String(required=True, allow_none=True)
    counts = fields.Nested(CountsOut)


class RoundsOut(Schema):
    """The rounds of a community, the newest first."""

    rounds = fields.List(fields.Nested(RoundOut), required=True)


class MediumOut(Schema):
    """A file that the form names."""

    name = fields.String(required=True)
    sha256 = fields.String(required=True)


class PublicRoundOut(Schema):
    """A round as whoever has its QR code sees it."""

    round_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    title = fields.String(required=True)
    mode = fields.String(required=True)
    anonymous_unit = fields.String(required=True)
    opens = fields.String(required=True)
    closes = fields.String(required=True)
    state = fields.String(required=True)
    version_id = fields.String(required=True)
    form_sha256 = fields.String(required=True)
    media = fields.List(fields.Nested(MediumOut))
    consent = fields.String()
    public_key = fields.String()
    feedback = fields.String()


class WhoIn(Schema):
    """Whose answers: those with a name, or those without."""

    who = fields.String(load_default="named", validate=one_of(("named", "anonymous")))


class CrossIn(WhoIn):
    """Two sides of a crosstab: a question's path, or `unit`, `week` or `via`."""

    row = fields.String(required=True)
    column = fields.String(required=True)


class LineOut(Schema):
    """A row of a table; `count` and `share` (per cent of all answers) are null where they are hidden."""

    value = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)
    share = fields.Float(required=True, allow_none=True)


class SummaryOut(Schema):
    """Of numbers."""

    count = fields.Integer(required=True)
    mean = fields.Float(required=True)
    quartiles = fields.List(fields.Float(), required=True)


class PlaceOut(Schema):
    """The mean place of a ranked choice, 1 is the first."""

    value = fields.String(required=True)
    place = fields.Float(required=True)


class TableOut(Schema):
    """What was answered to a question. With `secret` ones `texts` is empty where they are too few."""

    path = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    total = fields.Integer(required=True)
    answered = fields.Integer(required=True, allow_none=True)
    lines = fields.List(fields.Nested(LineOut), required=True)
    summary = fields.Nested(SummaryOut, required=True, allow_none=True)
    places = fields.List(fields.Nested(PlaceOut), required=True)
    texts = fields.List(fields.String(), required=True)
    texts_left = fields.Integer(required=True)


class GroupsOut(Schema):
    """How many answers each place, week and way has."""

    unit = fields.List(fields.Nested(LineOut), required=True)
    week = fields.List(fields.Nested(LineOut), required=True)
    via = fields.List(fields.Nested(LineOut), required=True)


class ResultsOut(Schema):
    """The tables of a round's named or anonymous answers."""

    total = fields.Integer(required=True)
    unreadable = fields.Integer(required=True)
    groups = fields.Nested(GroupsOut, required=True)
    tables = fields.List(fields.Nested(TableOut), required=True)


class CrosstabOut(Schema):
    """Rows, columns, and the count of each pair; null where it is hidden."""

    total = fields.Integer(required=True)
    rows = fields.List(fields.Nested(LineOut), required=True)
    columns = fields.List(fields.Nested(LineOut), required=True)
    cells = fields.List(fields.List(fields.Integer(allow_none=True)), required=True)
