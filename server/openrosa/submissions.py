"""A submission becomes a named answer: checked against its form, and written as a phone's would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.database import now, writing
from server.core.days import today
from server.core.errors import BadInput, Clash, Forbidden, NotFound, TooMuch
from server.openrosa.forms import Asked, one_of, scope_of
from server.questionnaires.models import QuestionnaireVersion, SurveyRound
from server.questionnaires.records import ANSWERS_LENGTH
from server.questionnaires.xml import XFORMS, local
from server.sync.batch import instant
from server.sync.models import Record
from server.sync.own_ids import server_id
from server.sync.system import Write, write_records

LONGEST_NAME = 40
MOST_NODES = 20_000
NAMELESS = "未写姓名"
NAMES = ("name", "full_name", "respondent_name", "xing_ming", "xingming", "xm", "姓名")


class Malformed(BadInput):
    """What was sent isn't a submission of the form."""

    status, code = 400, "malformed"


@dataclass(frozen=True)
class Submission:
    """A submission that was read: which form it says, its own id, and who answered."""

    text: str
    root: Element
    form_id: str
    version: str
    instance_id: str

    @property
    def name(self) -> str:
        """Return who answered: the instance's name, or what a question for the name was answered."""
        texts = [found_text(self.root, "instanceName"), *(found_text(self.root, name) for name in NAMES)]
        return next((text for text in texts if text), NAMELESS)[:LONGEST_NAME]


def read(content: bytes) -> Submission:
    """Return the submission; Malformed where it is none, TooMuch where it is too long to be kept."""
    try:
        text = content.decode()
        root = fromstring(text, forbid_dtd=True)
    except (UnicodeDecodeError, ParseError, DefusedXmlException, ValueError) as error:
        raise Malformed("提交的内容不是有效的 XML") from error
    if len(text) > ANSWERS_LENGTH:
        raise TooMuch(f"答卷超过 {ANSWERS_LENGTH} 个字", limit=ANSWERS_LENGTH)
    instance_id = found_text(root, "instanceID")
    if not root.get("id") or not instance_id:
        raise Malformed("提交的内容没有问卷 id 或 instanceID")
    return Submission(text, root, root.get("id", ""), root.get("version", ""), instance_id)


def found_text(root: Element, name: str) -> str:
    """Return the text of the first element with the name."""
    return next(
        (text for one in root.iter() if local(one) == name and (text := (one.text or "").strip())), ""
    )


def take(access: Access, submission: Submission) -> bool:
    """Return whether the answer is new; one that came before, the same, changes nothing.

    Clash for another content under the same instanceID, for another version, and after the end.
    """
    with writing() as session:
        there = session.get(Record, server_id(submission.form_id, submission.instance_id))
        if there is not None:
            check_same(there, access, submission)
            return False
        asked = round_of(session, access, submission)
        check_nodes(submission.root, asked.version.xform)
        write_records(session, access.account_id, [write_of(asked, submission)])
    return True


def check_same(there: Record, access: Access, submission: Submission) -> None:
    """Refuse another content, or another's, under an id that was taken."""
    if there.author_id != access.account_id or orjson.loads(there.fields).get("answers") != submission.text:
        raise Clash("同一编号 (instanceID) 的答卷已提交过, 内容不同", code="other_content")


def round_of(session: Session, access: Access, submission: Submission) -> Asked:
    """Return the round that the submission answers; refused where it can't be answered any more."""
    found = session.get(SurveyRound, submission.form_id)
    if found is None or found.mode != "named" or found.state == "draft":
        raise NotFound("没有这份问卷")
    if not scope_of(access, found):
        raise Forbidden("这轮问卷不在您的网格")
    if found.state != "open" or found.closes < today():
        raise Clash("这轮问卷已结束收集", code="round_closed")
    version = session.get_one(QuestionnaireVersion, found.version_id)
    if submission.version != str(version.number):
        message = (
            f"答卷是第 {submission.version or '?'} 版的, 这轮问卷是第 {version.number} 版。请更新问卷后再填"
        )
        raise Clash(message, code="other_version")
    return one_of(session, access, found.id)


def check_nodes(root: Element, xform: str) -> None:
    """Refuse what the form doesn't ask: each element has to have its place in it."""
    form = fromstring(xform, forbid_dtd=True)
    primary = next(iter(form.iter(f"{XFORMS}instance")))[0]
    known = set(paths(primary))
    for number, path in enumerate(paths(root)):
        if number >= MOST_NODES:
            raise TooMuch(f"答卷超过 {MOST_NODES} 项", limit=MOST_NODES)
        if path not in known and not path.startswith(f"/{local(primary)}/meta/"):
            raise Malformed(f"问卷里没有这一项: {path[:100]}", code="unknown_node")


def paths(root: Element) -> list[str]:
    """Return the path of each element, without namespaces."""
    found: list[str] = []
    waiting = [(root, f"/{local(root)}")]
    while waiting:
        element, path = waiting.pop()
        found.append(path)
        waiting.extend((child, f"{path}/{local(child)}") for child in element)
    return found


def write_of(asked: Asked, submission: Submission) -> Write:
    """Return the op that makes the answer a record."""
    fields: dict[str, Any] = {
        "round_id": asked.round.id,
        "version_id": asked.version.id,
        "answers": submission.text,
        "name": submission.name,
        "reply_wanted": False,
        "via": "openrosa",
        "filled_on": today().isoformat(),
        "recorded_at": instant(now()),
    }
    rid = server_id(asked.round.id, submission.instance_id)
    return Write("survey_response", rid, asked.scope, "create", fields)
