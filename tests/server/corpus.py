"""The corpus of rule P15: requests of every schema as its phones sent them, and what came of them.

`python -m tests.server.corpus` plays the script below with the phone of the present schema against
the server and writes tests/sync/corpus/schema<N>.json; it never touches the file of an older one.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from flask import g
from sqlalchemy import select

from server.accounts import sessions
from server.accounts.models import Account
from server.app import create_app
from server.config import Config
from server.core.database import db, reading, writing
from server.sync.models import Record
from sync.messages import SCHEMA
from tests.server import organisation
from tests.server.conftest import Client
from tests.server.phone import Json, Phone, diary, household, problem, response, review

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).resolve().parent.parent / "sync" / "corpus"
PARAGRAPHS = ("第一段，看望老人。", "第二段，了解用药。", "第三段，约好再来。")
OWN_TYPES = ("conflict", "quarantine", "handover")  # their texts hold times of the recording


@dataclass
class Corpus:
    """What phones of a schema sent, in which organisation, and what the server made of it.

    `results` are the status or code of each op of each request; `records` are by id, of the
    server's own ones only their type, scope and revision.
    """

    schema: int
    ids: dict[str, str]
    requests: list[Json] = field(default_factory=list)  # {account, body}
    results: list[list[str]] = field(default_factory=list)
    records: dict[str, Json] = field(default_factory=dict)


class Recorder:
    """Phones whose requests are kept."""

    def __init__(self, app: Flask, org: organisation.Organisation, schema: int) -> None:
        """Begin a corpus."""
        self.app, self.org = app, org
        self.corpus = Corpus(schema, org.units | org.accounts)
        self.logins: dict[str, str] = {}

    def phone(self, login: str, scope: str) -> Phone:
        """Return a phone of the account."""
        made = Phone(signed_in(self.app, self.org.accounts[login]), scope)
        self.logins[made.device] = login
        return made

    def sync(self, phone: Phone) -> list[str]:
        """Return the status or code of each op of one sync, which is kept."""
        body = phone.body() | {"schema": self.corpus.schema}
        answer = phone.client.post("/api/sync", body).get_json()
        phone.apply(answer)
        sent = json.loads(json.dumps({name: body[name] for name in ("proto", "schema", "device", "ops")}))
        self.corpus.requests.append({"account": self.logins[phone.device], "body": sent})
        self.corpus.results.append(outcome(answer))
        return self.corpus.results[-1]


def signed_in(app: Flask, account_id: str) -> Client:
    """Return a browser with a session of the account."""
    client = Client(app)
    with app.test_request_context(), writing() as session:
        sessions.start(session, session.get_one(Account, account_id))
        client.flask.set_cookie(sessions.cookie_name(), g.new_token)
    return client


def outcome(answer: Json) -> list[str]:
    """Return the status or code of each op."""
    return [one.get("code") or one["status"] for one in answer["results"]]


def stored(app: Flask) -> dict[str, Json]:
    """Return every record as the corpus keeps it."""
    found: dict[str, Json] = {}
    with app.app_context(), reading() as session:
        for one in session.scalars(select(Record).order_by(Record.id)):
            found[one.id] = {"type": one.type, "scope": one.scope_id, "rev": one.rev, "gone": one.gone}
            if one.type not in OWN_TYPES:
                found[one.id] |= {
                    "by": one.author_id, "f": orjson.loads(one.fields), "s": orjson.loads(one.stamps),
                }  # fmt: skip
    return found


def play(recorder: Recorder) -> None:
    """Play the script: every type and every kind of op, and every status that an op can have."""
    scope = recorder.org.grid("grid1")
    one, two = recorder.phone("cadre1", scope), recorder.phone("cadre1", scope)
    member = {"key": "a", "name": "张小明", "relation": "子女", "birth_year": 2010, "school": "一小"}
    house = one.create(
        "household",
        household(
            entrance="2 单元", phone="13800000000", members_count=2, tenure="owned", note="有狗",
            care_tags=["disabled"], support_status=["dibao"], members=[member],
            later_field={"kept": [1, 2.5]},
        ),
    )  # fmt: skip
    visit = one.create(
        "diary_entry",
        diary(
            target_type="household", target_name="张伟", household_id=house, period="morning", not_home=False,
            place="家中", persons_met="张伟", companions="李芳", topics=["medical", "thought"],
            services=["visit", "talk"], opinions="想办老年证", reply_expected=True, next_step="帮助咨询",
            gift_declared="无", tz=480, narrative="\n".join(PARAGRAPHS),
        ),
    )  # fmt: skip
    trouble = one.create(
        "problem",
        problem(
            diary_id=visit, household_id=house, detail="楼道", reporter="张伟", disposition="phased",
            milestones=[{"key": "m", "text": "报修", "due_on": "2026-12-01"}],
        ),
    )  # fmt: skip
    told = one.create(
        "problem",
        problem(disposition="explained", explained_reason="不归社区", told_on="2026-11-20", told_how="电话"),
    )
    dropped = one.create("diary_entry", diary())
    one.set("diary_entry", visit, {"place": "门口", "topics": ["medical"]})
    recorder.sync(one)
    recorder.sync(two)
    reviewer = recorder.phone("reviewer", scope)
    recorder.sync(reviewer)
    reviewer.create("review", review(visit, verdict="returned", comment="请补充", seen={"place": "门口"}))
    recorder.sync(reviewer)
    one.set("household", house, {"note": "狗已送走", "members": [member | {"school": "二小"}], "phone": None})
    one.set(
        "diary_entry",
        visit,
        {"narrative": "\n".join(["第一段，已睡。", *PARAGRAPHS[1:]])},
    )
    one.delete("diary_entry", dropped)
    recorder.sync(one)
    two.set("household", house, {"note": "狗很凶", "members": [member | {"name": "张晓明"}]})
    two.set("diary_entry", visit, {"narrative": "\n".join([*PARAGRAPHS[:2], "第三段，下周再来。"])})
    two.set("diary_entry", dropped, {"narrative": "别删，我还在写。"})
    two.set("problem", trouble, {"disposition": "timed", "due_on": "2026-12-31", "milestones": None})
    two.set("problem", told, {"state": "closed", "result": "已讲明", "done_on": "2026-11-23"})
    two.create("diary_entry", diary(narrative="短"))
    two.op("command", "problem", trouble, {"do": "close"})
    two.create("poll", {"title": "以后才有"})
    recorder.sync(two)
    one.set("diary_entry", visit, {"narrative": "全部重写的一段话。"})
    recorder.sync(one)
    if recorder.corpus.schema > 1:
        play_2(recorder, one, two)
    if recorder.corpus.schema > 2:
        play_3(recorder, recorder.phone("cadre1", scope))


def play_2(recorder: Recorder, one: Phone, two: Phone) -> None:
    """Play what came with schema 2: photos, and what people set of the server's own records."""
    one.create("diary_entry", diary(photos=[photo(one.device)]))
    one.set("conflict", one.of_type("conflict")[0]["id"], {"settled": "shown", "note": "两人商量过"})
    recorder.sync(one)
    recorder.sync(two)
    two.scope = recorder.org.person("cadre1")
    two.set("quarantine", two.of_type("quarantine")[0]["id"], {"settled": "dropped"})
    recorder.sync(two)
    supervisor = recorder.phone("reviewer", f"committee:{recorder.org.units['community']}")
    recorder.sync(supervisor)
    twin = supervisor.of_type("quarantine")[0]["id"]
    supervisor.set("quarantine", twin, {"handled": True, "note": "已电话告知"})
    recorder.sync(supervisor)


def play_3(recorder: Recorder, one: Phone) -> None:
    """Play what came with schema 3: named answers, and what no phone may say of a round."""
    round_id = "00000000-0000-7000-8000-00000000000e"
    answer = one.create("survey_response", response(round_id, phone="13800000000", reply_wanted=True))
    one.create("survey_response", response(round_id, name=" "))
    dropped = one.create("survey_response", response(round_id, household_id=answer, name=None))
    one.set("survey_response", answer, {"answers": "<data><q>2</q></data>", "via": "paper"})
    one.delete("survey_response", dropped)
    one.create("survey_round", {"round_id": round_id})
    recorder.sync(one)


def photo(device: str) -> Json:
    """Return a photo as a record names it."""
    hashes = {"key": "ab" * 32, "thumb": "cd" * 32}
    return hashes | {"bytes": 250_000, "width": 1600, "height": 1200, "device": device, "caption": "楼道"}


def replay(app: Flask, corpus: Corpus) -> list[list[str]]:
    """Return the outcomes of the corpus's requests, sent as they were recorded."""
    found = []
    for request in corpus.requests:
        client = signed_in(app, corpus.ids[request["account"]])
        answer = client.post("/api/sync", request["body"] | {"scopes": {}})
        found.append(outcome(answer.get_json()))
    return found


def read(path: Path) -> Corpus:
    """Return the corpus in the file."""
    return Corpus(**json.loads(path.read_text("utf-8")))


def main() -> None:
    """Record the present schema."""
    schema: Any = int(sys.argv[1]) if sys.argv[1:] else SCHEMA
    path = FOLDER / f"schema{schema}.json"
    if path.exists():
        sys.exit(f"{path} is there already, and stays as it is")
    with tempfile.TemporaryDirectory() as data:
        app = create_app(Config.from_environment({"MINQING_DATA": data}))
        with app.app_context():
            db.create_all()
            with writing() as session:
                org = organisation.build(session)
        recorder = Recorder(app, org, schema)
        play(recorder)
        recorder.corpus.records = stored(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    text = json.dumps(asdict(recorder.corpus), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
