"""Pure rules of units, accounts, passwords and assignments; refusals name the field."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date, timedelta

from server.core.errors import BadInput, Clash

UNIT_KINDS = ("district", "subdistrict", "community", "grid", "estate", "building")
KIND_NAMES = {
    "district": "区县",
    "subdistrict": "街道",
    "community": "社区",
    "grid": "网格",
    "estate": "小区",
    "building": "楼栋",
}
ROLE_UNITS = {
    "grid_lead": ("grid",),
    "reviewer": ("community",),
    "secretary": ("community",),
    "auditor": ("community",),
}
SESSION_LIFETIME = timedelta(days=30)
# The sliding expiry is written at most once an hour, so that a reading request stays one.
SESSION_RENEWAL = timedelta(hours=1)
PASSWORD_MINIMUM = 8
PASSWORD_MAXIMUM = 128
ONE_TIME_GROUPS = 3
ONE_TIME_GROUP = 4
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1, which people mix up
ASSIGNMENT_AHEAD = timedelta(days=366)


def normal_login(login: str) -> str:
    """Return the login in the one form in which it is stored and compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def check_login(login: str) -> None:
    """Refuse a login that has anything but letters, digits and `. _ - @`."""
    if not all(character.isalnum() or character in "._-@" for character in login):
        message = "账号只能用字母、数字和 . _ - @"
        raise BadInput(message, field="login")


def check_password(password: str, login: str, field: str = "new_password") -> None:
    """Refuse a password that is too short, too long, or the login itself."""
    if len(password) < PASSWORD_MINIMUM:
        message = f"密码至少 {PASSWORD_MINIMUM} 位"
        raise BadInput(message, code="weak_password", field=field)
    if len(password) > PASSWORD_MAXIMUM:
        message = f"密码最多 {PASSWORD_MAXIMUM} 位"
        raise BadInput(message, code="weak_password", field=field)
    if normal_login(password) == login:
        message = "密码不能与账号相同"
        raise BadInput(message, code="weak_password", field=field)


def one_time_password() -> str:
    """Return a random password, about 59 bits, that can be read aloud: `k7mp-x2wd-9fha`."""
    groups = ("".join(secrets.choice(LEGIBLE) for _ in range(ONE_TIME_GROUP)) for _ in range(ONE_TIME_GROUPS))
    return "-".join(groups)


def check_child_kind(parent: str, kind: str) -> None:
    """Refuse a unit whose kind isn't the next one beneath its parent's."""
    beneath = UNIT_KINDS[UNIT_KINDS.index(parent) + 1 :][:1]
    if kind not in beneath:
        wanted = KIND_NAMES[beneath[0]] if beneath else "任何单位"
        message = f"{KIND_NAMES[parent]}下面只能建{wanted}" if beneath else "楼栋下面不能再建单位"
        raise BadInput(message, field="kind")


def check_roles(roles: list[str], unit_kind: str, *, has_end: bool) -> None:
    """Refuse roles that make no sense at a unit of the kind, and an auditor without an end."""
    for role in roles:
        kinds = ROLE_UNITS.get(role)
        if kinds and unit_kind not in kinds:
            message = f"该角色的账号必须属于{KIND_NAMES[kinds[0]]}"
            raise BadInput(message, code="role_unit", field="roles")
    if "auditor" in roles and not has_end:
        message = "上级检查账号必须有截止时间"
        raise BadInput(message, field="valid_until")


def check_start(from_day: date, today: date) -> None:
    """Refuse an assignment that begins before 2000 or more than a year ahead."""
    if not date(2000, 1, 1) <= from_day <= today + ASSIGNMENT_AHEAD:
        message = "开始日期应在 2000 年以后、一年以内"
        raise BadInput(message, field="from_day")


def check_end(from_day: date, to_day: date, today: date) -> None:
    """Refuse an end before the beginning or in the future: an assignment ends when it is ended."""
    if to_day < from_day:
        message = f"结束日期不能早于开始日期 {from_day.isoformat()}"
        raise BadInput(message, field="to_day")
    if to_day > max(today, from_day):
        message = "结束日期不能晚于今天"
        raise BadInput(message, field="to_day")


def already_assigned(grid_name: str) -> Clash:
    """Return the refusal of a second active grid; it names the present one."""
    message = f"该干部已有联系点: {grid_name}。请先结束现有安排"
    return Clash(message, code="already_assigned", field="cadre_id", grid_name=grid_name)
