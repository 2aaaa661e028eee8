"""Units and accounts: what an administrator does, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from server.core.database import now

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation


def account_in(org: Organisation, **more: object) -> dict[str, Any]:
    """Return the body of a new account in the community."""
    body = {"login": "Li.Na", "name": "李娜", "unit_id": org.units["community"], "roles": ["cadre"]}
    return body | more


def test_a_unit_is_made_beneath_its_parent_and_listed(sign_in: SignIn, org: Organisation) -> None:
    admin = sign_in("org_admin")
    body = {"parent_id": org.units["grid1"], "kind": "estate", "name": " 锦绣花园 ", "tags": ["老旧小区"]}
    made = admin.post("/api/units", body)
    assert made.status_code == 201
    assert made.get_json()["name"] == "锦绣花园"
    assert made.get_json() in admin.get("/api/units").get_json()["units"]


@pytest.mark.parametrize(
    ("parent", "kind", "name", "status", "field", "title"),
    [
        ("community", "estate", "x", 422, "kind", "社区下面只能建网格"),
        ("grid1", "grid", "x", 422, "kind", "网格下面只能建小区"),
        ("grid1", "castle", "x", 422, "kind", "单位类型: 只能是"),
        ("community", "grid", "grid1", 409, "name", "同级单位中已有这个名称"),
        ("community", "grid", "x" * 61, 422, "name", "名称: 最多 60 个字"),
    ],
)
def test_a_unit_in_a_wrong_place_is_refused(  # noqa: PLR0913 - the columns of the table above
    sign_in: SignIn,
    org: Organisation,
    *,
    parent: str,
    kind: str,
    name: str,
    status: int,
    field: str,
    title: str,
) -> None:
    admin = sign_in("org_admin")
    before = admin.get("/api/units").get_json()
    answer = admin.post("/api/units", {"parent_id": org.units[parent], "kind": kind, "name": name})
    assert (answer.status_code, answer.get_json()["field"]) == (status, field)
    assert answer.get_json()["title"].startswith(title)
    assert admin.get("/api/units").get_json() == before


def test_a_unit_is_renamed_and_marked_weak(sign_in: SignIn, org: Organisation) -> None:
    admin = sign_in("org_admin")
    unit = org.units["grid1"]
    change = {"name": "第一网格", "org_strength": "weak", "sort": 3, "tags": []}
    assert (
        admin.patch(f"/api/units/{unit}", change).get_json() | change
        == admin.patch(f"/api/units/{unit}", {}).get_json()
    )
    taken = admin.patch(f"/api/units/{unit}", {"name": "grid2"})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "name_taken")


def test_a_new_account_signs_in_with_its_one_time_password_and_must_change_it(
    sign_in: SignIn, org: Organisation
) -> None:
    made = sign_in("org_admin").post("/api/accounts", account_in(org)).get_json()
    assert made["login"] == "li.na"
    assert made["must_change_password"] is True
    client = sign_in()
    assert client.sign_in("li.na", made["password"]).get_json()["must_change_password"] is True
    for refused in (client.get("/api/directory"), client.post("/api/sync", {}), client.get("/api/units")):
        assert (refused.status_code, refused.get_json()["code"]) == (403, "password_change_due")
    change = {"old_password": made["password"], "new_password": "zi-ji-de-mi-ma"}
    assert client.put("/api/session/password", change).status_code == 204
    assert client.get("/api/session").get_json()["must_change_password"] is False
    assert client.get("/api/directory").status_code == 200


def test_a_password_is_never_shown_again(sign_in: SignIn, org: Organisation) -> None:
    admin = sign_in("org_admin")
    password = admin.post("/api/accounts", account_in(org)).get_json()["password"]
    for answer in (admin.get("/api/accounts"), admin.get("/api/directory")):
        assert password not in answer.get_data(as_text=True)
        assert "argon2" not in answer.get_data(as_text=True)


def test_two_accounts_of_one_login_are_refused_by_field(sign_in: SignIn, org: Organisation) -> None:
    admin = sign_in("org_admin")
    assert admin.post("/api/accounts", account_in(org)).status_code == 201
    for login in ("li.na", "LI.NA", "ｌｉ.na"):
        answer = admin.post("/api/accounts", account_in(org, login=login, name="另一个李娜"))
        assert (answer.status_code, answer.get_json()["code"]) == (409, "login_taken")
        assert answer.get_json()["field"] == "login"
    names = [account["name"] for account in admin.get("/api/accounts").get_json()["accounts"]]
    assert "另一个李娜" not in names


def test_two_people_of_one_name_are_two_accounts(sign_in: SignIn, org: Organisation) -> None:
    admin = sign_in("org_admin")
    logins = ["li.na", "li.na2"]
    answers = [admin.post("/api/accounts", account_in(org, login=login)) for login in logins]
    assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.parametrize(
    ("change", "field", "title"),
    [
        ({"login": "李 娜"}, "login", "账号只能用字母、数字和 . _ - @"),
        ({"login": "x"}, "login", "账号: 至少 2 个字"),
        ({"roles": []}, "roles", "角色: 至少选一个角色"),
        ({"roles": ["king"]}, "roles.0", "角色: 只能是"),
        ({"roles": ["auditor"]}, "valid_until", "上级检查账号必须有截止时间"),
        ({"roles": ["grid_lead"]}, "roles", "该角色的账号必须属于网格"),
        ({"valid_until": "2999-01-01T00:00:00"}, "valid_until", "截止时间: 时间必须带时区"),
        ({"name": "李\u0000娜"}, "name", "名称: 含有不可见的控制字符"),
        ({"password": "sent by hand"}, "password", "密码: 没有这个字段"),
    ],
)
def test_a_bad_account_is_refused_by_field(
    sign_in: SignIn, org: Organisation, change: dict[str, object], field: str, title: str
) -> None:
    answer = sign_in("org_admin").post("/api/accounts", account_in(org, **change))
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert answer.get_json()["title"].startswith(title)


@pytest.mark.parametrize("role", ["reviewer", "secretary"])
def test_above_the_community_nobody_supervises_records(sign_in: SignIn, org: Organisation, role: str) -> None:
    answer = sign_in("district_admin").post(
        "/api/accounts", account_in(org, unit_id=org.units["district"], roles=[role])
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "role_unit")


def test_disabling_ends_the_sessions_and_enabling_lets_in_again(sign_in: SignIn, org: Organisation) -> None:
    cadre, admin = sign_in("cadre1"), sign_in("org_admin")
    path = f"/api/accounts/{org.accounts['cadre1']}"
    assert admin.patch(path, {"disabled": True}).get_json()["disabled"] is True
    assert cadre.get("/api/session").status_code == 401
    assert admin.patch(path, {"disabled": False}).get_json()["disabled"] is False
    assert cadre.get("/api/session").status_code == 401, "an ended session stays ended"
    assert cadre.sign_in("cadre1").status_code == 200


def test_a_reset_password_works_once_given_and_ends_the_sessions(sign_in: SignIn, org: Organisation) -> None:
    cadre, admin = sign_in("cadre1"), sign_in("org_admin")
    password = admin.post(f"/api/accounts/{org.accounts['cadre1']}/password").get_json()["password"]
    assert cadre.get("/api/session").status_code == 401
    assert cadre.sign_in("cadre1").status_code == 401
    assert cadre.sign_in("cadre1", password).get_json()["must_change_password"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"disabled": True},
        {"roles": ["editor"]},
        {"valid_until": (now() + timedelta(days=1)).isoformat()},
        {"unit": "community"},
    ],
)
def test_the_last_administrator_of_a_district_stays(
    sign_in: SignIn, org: Organisation, change: dict[str, Any]
) -> None:
    admin = sign_in("district_admin")
    body = {"unit_id": org.units[change["unit"]]} if "unit" in change else change
    answer = admin.patch(f"/api/accounts/{org.accounts['district_admin']}", body)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin")
    assert admin.get("/api/session").status_code == 200
    assert admin.get("/api/units").status_code == 200


def test_a_community_s_administrator_may_go_while_the_district_has_one(
    sign_in: SignIn, org: Organisation
) -> None:
    answer = sign_in("district_admin").patch(f"/api/accounts/{org.accounts['org_admin']}", {"disabled": True})
    assert answer.status_code == 200


def test_a_changed_role_counts_at_the_next_request(sign_in: SignIn, org: Organisation) -> None:
    editor, admin = sign_in("editor"), sign_in("org_admin")
    assert editor.get("/api/units").status_code == 403
    admin.patch(f"/api/accounts/{org.accounts['editor']}", {"roles": ["reviewer"]})
    assert editor.get("/api/units").status_code == 200
    scopes = [scope["id"] for scope in editor.get("/api/session").get_json()["scopes"]]
    assert org.grid("grid2") in scopes
