"""What the account and organisation endpoints take and give."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.accounts.rules import UNIT_KINDS
from server.core.access import Role
from server.core.fields import InputSchema, QuerySchema, Text, one_of

STRENGTHS = ("weak", "normal", "strong")
ROLES = tuple(role.value for role in Role)
MAX_SORT = 1_000_000
MAX_ESTATES = 2

LABELS = {
    "account": "账号",
    "password": "密码",
    "old_password": "原密码",
    "new_password": "新密码",
    "parent_id": "上级单位",
    "kind": "单位类型",
    "name": "名称",
    "sort": "排序",
    "org_strength": "组织力量",
    "tags": "标签",
    "login": "账号",
    "unit": "单位",
    "unit_id": "单位",
    "roles": "角色",
    "work_types": "工作特点",
    "valid_until": "截止时间",
    "disabled": "停用",
    "cadre_id": "干部",
    "grid_id": "网格",
    "estate_ids": "小区",
    "from_day": "开始日期",
    "to_day": "结束日期",
    "reason": "理由",
}


class AccountsInput(InputSchema):
    """The base of what these endpoints take."""

    labels = LABELS


def identifier(*, required: bool = True) -> Text:
    """Return the field of an id."""
    return Text(maximum=36, required=required)


def password() -> fields.String:
    """Return the field of a password, taken exactly as typed; its length is limited for the hash."""
    too_long = validate.Length(max=1024, error="密码过长")
    return fields.String(required=True, load_only=True, validate=too_long)


def words() -> fields.List[str]:
    """Return the field of free tags, at most 20 of 20 characters."""
    return fields.List(Text(maximum=20), validate=validate.Length(max=20, error="最多 20 项"))


class SignInSchema(AccountsInput):
    """An attempt to sign in."""

    account = Text(maximum=80, required=True)
    password = password()


class PasswordChangeSchema(AccountsInput):
    """The old and the new password."""

    old_password = password()
    new_password = password()


class UnitOut(Schema):
    """A unit as it is shown."""

    id = fields.String(required=True)
    parent_id = fields.String(allow_none=True, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(UNIT_KINDS))
    name = fields.String(required=True)
    sort = fields.Integer(required=True)
    org_strength = fields.String(required=True, validate=validate.OneOf(STRENGTHS))
    tags = fields.List(fields.String(), required=True)


class UnitsOut(Schema):
    """A list of units."""

    units = fields.List(fields.Nested(UnitOut), required=True)


class UnitPatch(AccountsInput):
    """What may change in a unit."""

    name = Text(maximum=60)
    sort = fields.Integer(strict=True, validate=validate.Range(0, MAX_SORT, error="应在 0 到 1000000 之间"))
    org_strength = fields.String(validate=one_of(STRENGTHS))
    tags = words()


class UnitIn(UnitPatch):
    """A new unit."""

    parent_id = identifier()
    kind = fields.String(required=True, validate=one_of(UNIT_KINDS))
    name = Text(maximum=60, required=True)


class AccountOut(Schema):
    """An account as its administrators see it."""

    id = fields.String(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    unit_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    work_types = fields.List(fields.String(), required=True)
    disabled = fields.Boolean(required=True)
    valid_until = fields.AwareDateTime(format="iso", allow_none=True, required=True)
    must_change_password = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)


class NewAccountOut(AccountOut):
    """A new account with its one-time password, which is shown here and nowhere else."""

    password = fields.String(required=True)


class AccountsOut(Schema):
    """A list of accounts."""

    accounts = fields.List(fields.Nested(AccountOut), required=True)


class AccountsQuery(QuerySchema):
    """Which accounts: those of the unit and beneath it, by default of one's own."""

    unit = identifier(required=False)


class AccountPatch(AccountsInput):
    """What may change in an account."""

    name = Text(maximum=40)
    unit_id = identifier(required=False)
    roles = fields.List(
        fields.String(validate=one_of(ROLES)), validate=validate.Length(1, len(ROLES), error="至少选一个角色")
    )
    work_types = words()
    valid_until = fields.AwareDateTime(format="iso", allow_none=True)
    disabled = fields.Boolean(truthy={True}, falsy={False})


class AccountIn(AccountsInput):
    """A new account."""

    login = Text(minimum=2, maximum=40, required=True)
    name = Text(maximum=40, required=True)
    unit_id = identifier()
    roles = fields.List(
        fields.String(validate=one_of(ROLES)),
        required=True,
        validate=validate.Length(1, len(ROLES), error="至少选一个角色"),
    )
    work_types = words()
    valid_until = fields.AwareDateTime(format="iso", allow_none=True)


class PasswordOut(Schema):
    """A new one-time password."""

    password = fields.String(required=True)


class AssignmentOut(Schema):
    """A contact-point assignment, present or past."""

    id = fields.String(required=True)
    cadre_id = fields.String(required=True)
    grid_id = fields.String(required=True)
    estate_ids = fields.List(fields.String(), required=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(allow_none=True, required=True)
    reason = fields.String(required=True)
    end_reason = fields.String(required=True)
    assigned_by = fields.String(required=True)
    created_at = fields.AwareDateTime(format="iso", required=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True, required=True)


class AssignmentsOut(Schema):
    """A list of assignments."""

    assignments = fields.List(fields.Nested(AssignmentOut), required=True)


class AssignmentIn(AccountsInput):
    """A new assignment: one cadre, one grid, one or two estates in it."""

    cadre_id = identifier()
    grid_id = identifier()
    estate_ids = fields.List(
        Text(maximum=36), required=True, validate=validate.Length(1, MAX_ESTATES, error="请选 1 至 2 个小区")
    )
    from_day = fields.Date(required=True)
    reason = Text(minimum=0, maximum=200, load_default="")


class AssignmentEnd(AccountsInput):
    """The end of an assignment: its last day."""

    to_day = fields.Date(required=True)
    reason = Text(minimum=0, maximum=200)
