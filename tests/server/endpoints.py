"""How every endpoint is asked, and who may: the cases of test_access.py."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from openpyxl import Workbook

from server.core.days import today
from server.core.ids import new_id
from tests.server.organisation import ACCOUNTS, PASSWORD, Organisation

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client

EVERYONE = frozenset(ACCOUNTS)
INSIDERS = frozenset(name for name, (_, unit) in ACCOUNTS.items() if unit in {"community", "grid1"})
OURS = INSIDERS | {"district_admin"}
ADMINS = frozenset({"org_admin", "district_admin"})
READERS = frozenset({"reviewer", "secretary"})


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    body: dict[str, Any] | None = None
    row: dict[str, str] | None = None  # of a spreadsheet to upload
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """How an endpoint is asked about the community (`own`) and about what lies outside (`foreign`).

    `allowed` are those of the community and the district who may do the own thing.
    """

    own: Callable[[Organisation], Ask]
    allowed: frozenset[str]
    foreign: Callable[[Organisation, str], Ask] | None = None
    is_public: bool = False
    status: int = 200
    refused: dict[str, int] = field(default_factory=dict)  # where it isn't 403
    foreign_statuses: frozenset[int] = frozenset({403, 404})


def same(path: str, body: dict[str, Any] | None = None) -> Callable[[Organisation], Ask]:
    """Return the request that is the same for everybody."""
    return lambda _: Ask(path, body)


def new_unit(parent: str) -> dict[str, Any]:
    """Return the body of a new grid."""
    return {"parent_id": parent, "kind": "grid", "name": "新网格"}


def new_account(unit: str) -> dict[str, Any]:
    """Return the body of a new account."""
    return {"login": "xin.ren", "name": "新人", "unit_id": unit, "roles": ["editor"]}


def new_assignment(org: Organisation, cadre: str, grid: str, estate: str) -> dict[str, Any]:
    """Return the body of a new assignment."""
    return {
        "cadre_id": org.accounts[cadre],
        "grid_id": org.units[grid],
        "estate_ids": [org.units[estate]],
        "from_day": today().isoformat(),
    }


def a_round(grid: str) -> dict[str, Any]:
    """Return the body of a new round in the grid."""
    days = {"opens": today().isoformat(), "closes": today().isoformat()}
    return {"version_id": new_id(), "title": "满意度", "units": [grid], "mode": "named"} | days


def carried_by(account: str) -> Ask:
    """Return the import of one op of the account, which is quarantined."""
    op = {"op_id": new_id(), "n": 1}
    return Ask(
        "/api/sync/carried",
        {"proto": 1, "schema": 2, "device": new_id(), "account": account, "ops": [op]},
    )


def household_of(grid: str, estate: str) -> Ask:
    """Return the import of one household into the grid."""
    row = {"户号": "0101", "小区": estate, "楼栋": "1", "门牌": "101", "户主": "张伟", "网格": grid}
    return Ask("/api/households/import", row=row)


def new_upload(scope: str) -> Ask:
    """Return the beginning of an upload for the scope."""
    values = {"sha256": "ab" * 32, "scope": scope, "type": "image/jpeg"}
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items())
    return Ask("/api/files", headers=TUS | {"Upload-Length": "4", "Upload-Metadata": metadata})


TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
NO_UPLOAD = f"/api/files/uploads/{new_id()}"  # what there is, test_files_* ask for
NO_ROUND = f"/api/rounds/{new_id()}"  # what there is, test_rounds asks for
ASKERS = frozenset({"survey_admin", "secretary"})
END = {"to_day": today().isoformat()}
NO_FORM = f"/api/questionnaires/{new_id()}"  # what there is, test_questionnaires asks for
FORM_READERS = ASKERS | READERS
HIDDEN_FORM = dict.fromkeys(sorted(FORM_READERS), 404)
ROWS = {"rows": {"survey": [{"type": "text", "name": "q", "label": "问"}]}}
CASES: dict[tuple[str, str], Case] = {
    ("GET", "/api/health"): Case(same("/api/health"), EVERYONE, is_public=True),
    ("GET", "/api/openapi.json"): Case(same("/api/openapi.json"), EVERYONE, is_public=True),
    ("POST", "/api/session"): Case(
        same("/api/session", {"account": "cadre1", "password": PASSWORD}), EVERYONE, is_public=True
    ),
    ("GET", "/api/session"): Case(same("/api/session"), EVERYONE),
    ("DELETE", "/api/session"): Case(same("/api/session"), EVERYONE, status=204),
    ("PUT", "/api/session/password"): Case(
        same("/api/session/password", {"old_password": PASSWORD, "new_password": "xin-de-mi-ma"}),
        EVERYONE,
        status=204,
    ),
    ("GET", "/api/directory"): Case(same("/api/directory"), EVERYONE),
    ("POST", "/api/sync"): Case(
        same("/api/sync", {"proto": 1, "schema": 1, "device": new_id(), "ops": [], "scopes": {}}), EVERYONE
    ),
    ("GET", "/api/devices"): Case(same("/api/devices"), ADMINS | READERS),
    ("POST", "/api/files"): Case(
        lambda org: new_upload(org.grid("grid1")),
        frozenset({"cadre1", "grid_lead", "reviewer", "secretary"}),
        lambda org, far: new_upload(org.grid(f"{far}_grid")),
        status=201,
    ),
    ("PATCH", "/api/files/uploads/<upload_id>"): Case(
        lambda _: Ask(NO_UPLOAD, headers=OCTETS), frozenset(), refused=dict.fromkeys(ACCOUNTS, 404)
    ),
    ("DELETE", "/api/files/uploads/<upload_id>"): Case(
        lambda _: Ask(NO_UPLOAD, headers=TUS), frozenset(), refused=dict.fromkeys(ACCOUNTS, 404)
    ),
    ("GET", "/api/files/<sha256>"): Case(
        same(f"/api/files/{'ab' * 32}"), frozenset(), refused=dict.fromkeys(ACCOUNTS, 404)
    ),
    ("POST", "/api/sync/carried"): Case(
        lambda org: carried_by(org.accounts["cadre1"]),
        frozenset({"cadre1", "reviewer", "secretary"}),
        lambda org, far: carried_by(org.accounts[f"{far}_cadre"]),
    ),
    ("GET", "/api/sync/keys"): Case(same("/api/sync/keys"), EVERYONE),
    ("POST", "/api/households/import"): Case(
        lambda _: household_of("grid1", "estate1"),
        frozenset({"org_admin"}),
        lambda _, far: household_of(f"{far}_grid", f"{far}_estate"),
        refused={"district_admin": 422},
        foreign_statuses=frozenset({403, 422}),  # a row whose grid the community doesn't have
    ),
    ("POST", "/api/households/<household_id>/move"): Case(
        lambda org: Ask(f"/api/households/{new_id()}/move", {"grid_id": org.units["grid2"]}),
        ADMINS | READERS,
        lambda org, far: Ask(f"/api/households/{new_id()}/move", {"grid_id": org.units[f"{far}_grid"]}),
        status=404,
    ),
    ("GET", "/api/households/template.xlsx"): Case(
        same("/api/households/template.xlsx"), frozenset({"org_admin", "district_admin"})
    ),
    ("GET", "/api/rounds"): Case(same("/api/rounds"), ASKERS | {"reviewer"}),
    ("POST", "/api/rounds"): Case(
        lambda org: Ask("/api/rounds", a_round(org.units["grid1"])),
        ASKERS,
        lambda org, far: Ask("/api/rounds", a_round(org.units[f"{far}_grid"])),
        status=422,  # there is no version of a questionnaire; test_rounds makes one
        foreign_statuses=frozenset({403, 422}),
    ),
    ("GET", "/api/rounds/<round_id>"): Case(same(NO_ROUND), ASKERS | {"reviewer"}, status=404),
    **{
        ("GET", f"/api/rounds/<round_id>/{name}"): Case(
            same(f"{NO_ROUND}/{name}{query}"), ASKERS | {"reviewer"}, status=404
        )
        for name, query in {
            "results": "",
            "results.xlsx": "",
            "results.csv": "",
            "crosstab": "?row=unit&column=week",
        }.items()
    },
    ("PATCH", "/api/rounds/<round_id>"): Case(same(NO_ROUND, {"title": "新名"}), ASKERS, status=404),
    ("POST", "/api/rounds/<round_id>/open"): Case(same(f"{NO_ROUND}/open"), ASKERS, status=404),
    ("POST", "/api/rounds/<round_id>/collect"): Case(same(f"{NO_ROUND}/collect", {}), ASKERS, status=404),
    ("POST", "/api/rounds/<round_id>/close"): Case(
        same(f"{NO_ROUND}/close", {"feedback": "谢谢"}), ASKERS, status=404
    ),
    # What there is for anybody, test_anonymous asks for.
    ("POST", "/api/anonymous/<round_id>"): Case(
        same(f"/api/anonymous/{new_id()}"), EVERYONE, is_public=True, status=422
    ),
    ("GET", "/api/s/<code>/media/<name>"): Case(
        same("/api/s/none/media/a.png"), EVERYONE, is_public=True, status=404
    ),
    ("GET", "/api/s/<code>"): Case(same("/api/s/none"), EVERYONE, is_public=True, status=404),
    ("GET", "/api/s/<code>/form.xml"): Case(
        same("/api/s/none/form.xml"), EVERYONE, is_public=True, status=404
    ),
    ("GET", "/api/questionnaires"): Case(same("/api/questionnaires"), FORM_READERS),
    ("POST", "/api/questionnaires"): Case(same("/api/questionnaires", ROWS), ASKERS, status=201),
    ("POST", "/api/questionnaires/check"): Case(same("/api/questionnaires/check", ROWS), ASKERS),
    ("PUT", "/api/questionnaires/<questionnaire_id>"): Case(
        same(NO_FORM, ROWS), frozenset(), refused=dict.fromkeys(ASKERS, 404)
    ),
    ("PATCH", "/api/questionnaires/<questionnaire_id>"): Case(
        same(NO_FORM, {"archived": True}), frozenset(), refused=dict.fromkeys(ASKERS, 404)
    ),
    **{
        ("GET", f"/api/questionnaires/<questionnaire_id>/versions/<int:number>/{part}"): Case(
            same(f"{NO_FORM}/versions/1/{asked}"), frozenset(), refused=HIDDEN_FORM
        )
        for part, asked in (
            ("form.xml", "form.xml"),
            ("form.xlsx", "form.xlsx"),
            ("rows", "rows"),
            ("media/<name>", "media/a.png"),
        )
    },
    ("PUT", "/api/questionnaires/<questionnaire_id>/versions/<int:number>/media/<name>"): Case(
        same(f"{NO_FORM}/versions/1/media/a.png"), frozenset(), refused=dict.fromkeys(ASKERS, 404)
    ),
    ("GET", "/api/surveys/forms/<version_id>"): Case(
        same(f"/api/surveys/forms/{new_id()}"), frozenset(), refused=dict.fromkeys(ACCOUNTS, 404)
    ),
    ("GET", "/api/surveys/forms/<version_id>/media/<name>"): Case(
        same(f"/api/surveys/forms/{new_id()}/media/a.png"), frozenset(), refused=dict.fromkeys(ACCOUNTS, 404)
    ),
    ("GET", "/api/units"): Case(same("/api/units"), ADMINS | READERS),
    ("POST", "/api/units"): Case(
        lambda org: Ask("/api/units", new_unit(org.units["community"])),
        ADMINS,
        lambda org, far: Ask("/api/units", new_unit(org.units[f"{far}_community"])),
        status=201,
    ),
    ("PATCH", "/api/units/<unit_id>"): Case(
        lambda org: Ask(f"/api/units/{org.units['grid1']}", {"sort": 1}),
        ADMINS,
        lambda org, far: Ask(f"/api/units/{org.units[f'{far}_grid']}", {"sort": 1}),
    ),
    ("GET", "/api/accounts"): Case(
        lambda org: Ask(f"/api/accounts?unit={org.units['community']}"),
        ADMINS | READERS,
        lambda org, far: Ask(f"/api/accounts?unit={org.units[f'{far}_community']}"),
    ),
    ("POST", "/api/accounts"): Case(
        lambda org: Ask("/api/accounts", new_account(org.units["community"])),
        ADMINS,
        lambda org, far: Ask("/api/accounts", new_account(org.units[f"{far}_community"])),
        status=201,
    ),
    ("PATCH", "/api/accounts/<account_id>"): Case(
        lambda org: Ask(f"/api/accounts/{org.accounts['idle_cadre']}", {"name": "改名"}),
        ADMINS,
        lambda org, far: Ask(f"/api/accounts/{org.accounts[f'{far}_cadre']}", {"disabled": True}),
    ),
    ("POST", "/api/accounts/<account_id>/password"): Case(
        lambda org: Ask(f"/api/accounts/{org.accounts['idle_cadre']}/password"),
        ADMINS,
        lambda org, far: Ask(f"/api/accounts/{org.accounts[f'{far}_cadre']}/password"),
    ),
    ("GET", "/api/assignments"): Case(same("/api/assignments"), ADMINS | READERS),
    ("POST", "/api/assignments"): Case(
        lambda org: Ask("/api/assignments", new_assignment(org, "idle_cadre", "grid1", "estate1")),
        ADMINS,
        lambda org, far: Ask(
            "/api/assignments", new_assignment(org, "idle_cadre", f"{far}_grid", f"{far}_estate")
        ),
        status=201,
    ),
    ("POST", "/api/assignments/<assignment_id>/end"): Case(
        lambda org: Ask(f"/api/assignments/{org.assignments['cadre2']}/end", END),
        ADMINS,
        lambda org, far: Ask(f"/api/assignments/{org.assignments[f'{far}_cadre']}/end", END),
    ),
}


def ask(client: Client, method: str, request: Ask) -> TestResponse:
    """Return the answer to the request."""
    if request.row is None:
        return client.request(method, request.path, request.body, headers=request.headers)
    book, stream = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    sheet.append(list(request.row))
    sheet.append(list(request.row.values()))
    book.save(stream)
    stream.seek(0)
    return client.request(method, request.path, data={"file": (stream, "list.xlsx")})


def text_of(answer: TestResponse) -> str:
    """Return the answer's text; of a spreadsheet, that of all its parts."""
    body = answer.get_data()
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(BytesIO(body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def ids_in(request: Ask) -> set[str]:
    """Return the ids that the request names."""
    text = json.dumps([request.path, request.body])
    return set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))
