"""Rounds 问卷轮次: made, changed, opened, ended and closed by who manages questionnaires."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from server.accounts.models import Unit
from server.core.access import Access
from server.core.database import now, reading, writing
from server.core.days import today
from server.core.errors import BadInput, Clash, NotFound
from server.core.ids import new_id
from server.questionnaires.models import (
    AnonymousAnswer,
    Questionnaire,
    QuestionnaireVersion,
    SealedAnswer,
    SurveyResponse,
    SurveyRound,
)
from server.questionnaires.versions import AUTHORS, READERS
from server.rounds import releasing, rules, sealing
from server.rounds.records import put_records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CODE_BYTES = 12  # 96 bits: a code isn't guessed
Json = dict[str, Any]


def listed(access: Access) -> list[Json]:
    """Return the community's rounds, the newest first."""
    access.require(*READERS)
    with reading() as session:
        found = select(SurveyRound).where(SurveyRound.unit_id == access.community_id)
        return [shown(one) for one in session.scalars(found.order_by(SurveyRound.id.desc()))]


def one(access: Access, round_id: str) -> Json:
    """Return the round with its counts."""
    access.require(*READERS)
    with reading() as session:
        found = known(session, access, round_id)
        return shown(found) | {"counts": counts(session, found)}


def known(session: Session, access: Access, round_id: str) -> SurveyRound:
    """Return the round of the access's community; NotFound for any other."""
    found = session.get(SurveyRound, round_id)
    if found is None or access.community_id is None or found.unit_id != access.community_id:
        raise NotFound("没有这轮问卷")
    return found


def create(access: Access, given: Json) -> Json:
    """Return a new round, a draft."""
    access.require(*AUTHORS)
    with writing() as session:
        made = SurveyRound(
            id=new_id(),
            unit_id=access.community_id,
            code=secrets.token_urlsafe(CODE_BYTES),
            created_by=access.account_id,
            created_at=now(),
            state="draft",
            **given,
        )
        check(session, access, made)
        session.add(made)
        session.flush()
        return shown(made)


def change(access: Access, round_id: str, given: Json) -> Json:
    """Return the round after the change; an open one can only be given another last day."""
    access.require(*AUTHORS)
    with writing() as session:
        found = known(session, access, round_id)
        rules.check_state(found.state, "draft", "open")
        if found.state == "open" and given.keys() - {"closes"}:
            raise Clash("这轮问卷进行中，只能改截止日期", code="round_state")
        for name, value in given.items():
            setattr(found, name, value)
        check(session, access, found)
        if found.state == "open":
            put_records(session, access.account_id, found)
        return shown(found)


def check(session: Session, access: Access, found: SurveyRound) -> None:
    """Refuse days, a version, or grids that can't be."""
    rules.check_days(found.opens, found.closes, today())
    if access.community_id is None:
        raise BadInput("只有社区的账号可以管理问卷", field="unit_id")
    owned = select(QuestionnaireVersion.id).join(Questionnaire).where(Questionnaire.unit_id == found.unit_id)
    if session.scalar(owned.where(QuestionnaireVersion.id == found.version_id)) is None:
        raise BadInput("没有这个问卷版本", field="version_id")
    grids = set(grids_of(session, found.unit_id))
    if found.units is not None and not set(found.units) <= grids:
        raise BadInput("没有这个网格", field="units")


def grids_of(session: Session, community: str) -> list[str]:
    """Return the ids of the community's grids."""
    return list(session.scalars(select(Unit.id).where(Unit.parent_id == community, Unit.kind == "grid")))


def open_round(access: Access, round_id: str) -> Json:
    """Open the round: phones know it after their next sync (rule Q1)."""
    access.require(*AUTHORS)
    with writing() as session:
        found = known(session, access, round_id)
        rules.check_state(found.state, "draft")
        rules.check_days(found.opens, found.closes, today())
        found.units = found.units or grids_of(session, found.unit_id)
        if not found.units:
            raise BadInput("社区还没有网格", field="units")
        if found.mode != "named":
            found.public_key, found.private_key = sealing.new_pair()
        found.state = "open"
        put_records(session, access.account_id, found)
        return shown(found)


def collect(access: Access, round_id: str, *, discard: bool) -> Json:
    """End collecting: what is sealed is opened, or given up where it is too little; the key is destroyed.

    Clash `too_few` where sealed answers would have to be given up and that isn't wanted.
    """
    access.require(*AUTHORS)
    with writing() as session:
        found = known(session, access, round_id)
        rules.check_state(found.state, "open")
        releasing.finish(session, found, discard=discard)
        found.state, found.private_key = "collected", None
        put_records(session, access.account_id, found)
        answer = shown(found)
    releasing.leave_no_traces()
    return answer


def close(access: Access, round_id: str, feedback: str) -> Json:
    """Close the round with its feedback, which goes back to the phones."""
    access.require(*AUTHORS)
    with writing() as session:
        found = known(session, access, round_id)
        rules.check_state(found.state, "collected")
        found.feedback = rules.check_feedback(feedback)
        found.state, found.closed_at = "closed", now()
        releasing.forget_seals(session, found.id)
        put_records(session, access.account_id, found)
        return shown(found)


def counts(session: Session, found: SurveyRound) -> Json:
    """Return how many answers there are: named in time and late, opened, and about how many wait."""
    named = select(func.count()).where(
        SurveyResponse.round_id == found.id, SurveyResponse.grid_id.in_(found.units or [])
    )
    late = session.scalar(named.where(SurveyResponse.filled_on > found.closes)) or 0
    sealed = select(func.count()).where(SealedAnswer.round_id == found.id)
    opened = select(func.count()).where(AnonymousAnswer.round_id == found.id)
    return {
        "named": (session.scalar(named) or 0) - late,
        "late": late,
        "opened": session.scalar(opened) or 0,
        "waiting": rules.about(session.scalar(sealed) or 0),
    }


def shown(found: SurveyRound) -> Json:
    """Return what managers see of the round: anything but its keys."""
    hidden = {"public_key", "private_key", "created_by", "created_at", "closed_at"}
    names = [column.key for column in SurveyRound.__table__.columns if column.key not in hidden]
    return {name: getattr(found, name) for name in names}
