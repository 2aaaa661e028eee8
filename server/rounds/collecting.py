"""Anonymous answers as they come: checked, shuffled among those that wait (rule Q3)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from server.core.bulk import insert_mappings, table_of
from server.core.database import writing
from server.core.days import today
from server.core.errors import BadInput, Clash, NotFound, TooMuch, Unavailable
from server.questionnaires.models import OpenedSeal, QuestionnaireVersion, SealedAnswer, SurveyRound
from server.rounds import contents, releasing, rules, sealing
from sync.anonymous import MOST_STEPS, STEP

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MIXED = 200  # waiting answers that are written anew with each that comes
RETRY_SECONDS = 3600


def check_size(size: int) -> None:
    """Refuse a body that isn't 4 KiB or a multiple."""
    if size > MOST_STEPS * STEP:
        raise TooMuch("答卷太大", limit=MOST_STEPS * STEP)
    if size == 0 or size % STEP:
        raise BadInput("答卷的长度不对", code="wrong_size")


def take(round_id: str, sealed: bytes) -> None:
    """Keep the sealed answer, once, however often it is sent; then open a batch if there is one."""
    check_size(len(sealed))
    with writing() as session:
        releasing.overwrite_deleted(session)
        found = session.get(SurveyRound, round_id, with_for_update=True)
        private = check_round(found)
        assert found is not None  # noqa: S101 - check_round refuses None
        try:
            content = sealing.opened(sealed, private, round_id)
        except sealing.NotSealed:
            raise BadInput("答卷不是封给这轮问卷的", code="not_sealed") from None
        version = session.get_one(QuestionnaireVersion, found.version_id)
        contents.read(content, found, version.xform)
        keep(session, round_id, sealed)
        releasing.release(session, found)
    releasing.leave_no_traces()


def check_round(found: SurveyRound | None) -> bytes:
    """Return the round's private key; refuse a round that takes no anonymous answers now."""
    if found is None or found.mode == "named" or found.state == "draft":
        raise NotFound("没有这轮问卷")
    if found.private_key is None or found.state != "open":
        raise Clash("这轮问卷已结束收集", code="round_closed")
    if today() < found.opens:
        raise Clash("这轮问卷还没有开始", code="round_not_open")
    return found.private_key


def keep(session: Session, round_id: str, sealed: bytes) -> None:
    """Write the answer together with others that wait, all under new keys in a random order."""
    if session.get(OpenedSeal, sha256(sealed).digest()) is not None:
        return
    mine = SealedAnswer.round_id == round_id
    if session.scalar(select(func.count()).where(mine, SealedAnswer.sealed == sealed)):
        return
    keys = list(session.scalars(select(SealedAnswer.key).where(mine)))
    if len(keys) >= rules.MOST_WAITING:
        raise Unavailable("收到的答卷过多，请以后再送", code="too_many_waiting", retry_after=RETRY_SECONDS)
    chosen = rules.shuffled(keys)[:MIXED]
    others = list(session.scalars(select(SealedAnswer.sealed).where(SealedAnswer.key.in_(chosen))))
    session.execute(delete(SealedAnswer).where(SealedAnswer.key.in_(chosen)))
    insert_mappings(
        session,
        table_of(SealedAnswer),
        [
            {"key": rules.new_key(), "round_id": round_id, "sealed": one}
            for one in rules.shuffled([*others, sealed])
        ],
    )
