"""A questionnaire, its rounds, and anonymous answers as phones send them."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from server.core.database import now, writing
from server.core.days import today
from server.core.ids import new_id
from server.questionnaires.models import Questionnaire, QuestionnaireVersion
from server.rounds import sealing
from sync.anonymous import week_of

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.conftest import Client
    from tests.server.organisation import Organisation

FORM = """<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>满意度</h:title><model>
<instance><data id="community" version="1"><began/><satisfied/><wish/><meta><instanceID/></meta></data>
</instance>
<bind nodeset="/data/began" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
<bind nodeset="/data/satisfied" type="string"/><bind nodeset="/data/wish" type="string"/>
</model></h:head><h:body>
<select1 ref="/data/satisfied"><label>您满意吗</label>
<item><label>满意</label><value>yes</value></item><item><label>不满意</label><value>no</value></item></select1>
<input ref="/data/wish"><label>您的建议</label></input></h:body></h:html>"""
HEADERS = {"X-Minqing": "1"}


def submission(satisfied: str = "yes", wish: str = "") -> str:
    """Return a submission of the form, with what the form fills in by itself."""
    return (
        '<data id="community" version="1"><began>2026-11-24T09:30:00.000+08:00</began>'
        f"<satisfied>{satisfied}</satisfied><wish>{wish}</wish>"
        f"<meta><instanceID>uuid:{new_id()}</instanceID></meta></data>"
    )


def new_version(app: Flask, org: Organisation, community: str = "community") -> str:
    """Return the id of a new questionnaire's version."""
    unit, account = org.units[community], org.accounts["survey_admin"]
    with app.app_context(), writing() as session:
        made = Questionnaire(id=new_id(), unit_id=unit, title="满意度", created_by=account, created_at=now())
        session.add(made)
        session.flush()
        version = QuestionnaireVersion(
            id=new_id(),
            questionnaire_id=made.id,
            number=1,
            title="满意度",
            xform=FORM,
            sheet=b"",
            rows={},
            sha256=sha256(FORM.encode()).hexdigest(),
            created_by=account,
            created_at=now(),
        )
        session.add(version)
        return version.id


def new_round(version_id: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the body of a new round, of a month around today."""
    return {
        "version_id": version_id,
        "title": "社区服务满意度",
        "mode": "respondent_chooses",
        "opens": (today() - timedelta(7)).isoformat(),
        "closes": (today() + timedelta(21)).isoformat(),
        "consent": "自愿填写。",
    } | fields


@dataclass(frozen=True)
class Round:
    """An open round, with the key to which anonymous answers are sealed."""

    id: str
    code: str
    public_key: bytes
    units: tuple[str, ...]

    def sealed(self, unit: str, via: str = "cadre", answers: str | None = None) -> bytes:
        """Return an answer as a phone seals it."""
        content = {
            "unit": unit,
            "week": week_of(today()),
            "via": via,
            "answers": answers or submission(),
        }
        return sealing.seal(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), self.public_key, self.id)

    def send(self, app: Flask, sealed: bytes, **environ: str) -> TestResponse:
        """Return the answer to the sealed bytes, which go alone, without a cookie."""
        client = app.test_client(use_cookies=False)
        return client.post(
            f"/api/anonymous/{self.id}", data=sealed, headers=HEADERS, environ_base=dict(environ)
        )


def opened(client: Client, body: dict[str, Any]) -> Round:
    """Return the round that the client makes of the body, and opens."""
    made = client.post("/api/rounds", body)
    assert made.status_code == 201, made.get_data(as_text=True)
    found = made.get_json()
    answer = client.post(f"/api/rounds/{found['id']}/open")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    asked = client.get(f"/api/s/{found['code']}").get_json()
    key = asked.get("public_key") or ""
    return Round(
        found["id"],
        found["code"],
        urlsafe_b64decode(key + "=" * (-len(key) % 4)),
        tuple(answer.get_json()["units"]),
    )
