"""The endpoints of rounds 问卷轮次, and the two ways of whoever answers without an account."""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import Any

from flask import Response, request
from flask_limiter.util import get_remote_address

from server.accounts.limits import limiter, refuse
from server.accounts.sessions import public
from server.core.access import current_access
from server.core.api import Blueprint
from server.core.package import XLSX
from server.core.security import SANDBOX, silent
from server.rounds import asking, collecting, managing, results
from server.rounds.schemas import (
    CloseIn,
    CollectIn,
    CrossIn,
    CrosstabOut,
    PublicRoundOut,
    ResultsOut,
    RoundIn,
    RoundOut,
    RoundPatch,
    RoundsOut,
    WhoIn,
)
from server.statistics.export import xlsx
from server.statistics.tables import Crosstab

rounds = Blueprint("rounds", __name__, url_prefix="/api/rounds", description="Rounds of questionnaires")
anonymous = Blueprint("anonymous", __name__, url_prefix="/api", description="Answers without an account")

SALT = secrets.token_bytes(16)  # of this process, in memory only
OFTEN = "120 per minute; 3000 per day"  # a whole community's phones may share one address
FOREVER = "public, max-age=31536000, immutable"


def somewhere() -> str:
    """Return the limit's key: of the address no more than tells it from others."""
    return blake2b(get_remote_address().encode(), key=SALT, digest_size=8).hexdigest()


@rounds.get("")
@rounds.response(200, RoundsOut)
def get_rounds() -> dict[str, list[dict[str, Any]]]:
    """Return the community's rounds."""
    return {"rounds": managing.listed(current_access())}


@rounds.post("")
@rounds.arguments(RoundIn)
@rounds.response(201, RoundOut)
def post_round(given: dict[str, Any]) -> dict[str, Any]:
    """Make a draft of a round."""
    return managing.create(current_access(), given)


@rounds.get("/<round_id>")
@rounds.response(200, RoundOut)
def get_round(round_id: str) -> dict[str, Any]:
    """Return the round with its counts."""
    return managing.one(current_access(), round_id)


@rounds.patch("/<round_id>")
@rounds.arguments(RoundPatch)
@rounds.response(200, RoundOut)
def patch_round(given: dict[str, Any], round_id: str) -> dict[str, Any]:
    """Change a draft, or the last day of an open round; 409 `round_state` for anything else."""
    return managing.change(current_access(), round_id, given)


@rounds.post("/<round_id>/open")
@rounds.response(200, RoundOut)
def post_open(round_id: str) -> dict[str, Any]:
    """Open the round; phones know it after their next sync."""
    return managing.open_round(current_access(), round_id)


@rounds.post("/<round_id>/collect")
@rounds.arguments(CollectIn)
@rounds.response(200, RoundOut)
def post_collect(given: dict[str, bool], round_id: str) -> dict[str, Any]:
    """End collecting; 409 `too_few` where sealed answers would have to be destroyed unread."""
    return managing.collect(current_access(), round_id, discard=given["discard"])


@rounds.post("/<round_id>/close")
@rounds.arguments(CloseIn)
@rounds.response(200, RoundOut)
def post_close(given: dict[str, str], round_id: str) -> dict[str, Any]:
    """Close the round with its feedback; 422 `feedback_missing` without."""
    return managing.close(current_access(), round_id, given["feedback"])


@rounds.get("/<round_id>/results")
@rounds.arguments(WhoIn, location="query")
@rounds.response(200, ResultsOut)
def get_results(given: dict[str, Any], round_id: str) -> dict[str, Any]:
    """Return the tables; of anonymous answers 409 `still_collecting` until collecting has ended."""
    return results.results(current_access(), round_id, given["who"])


@rounds.get("/<round_id>/crosstab")
@rounds.arguments(CrossIn, location="query")
@rounds.response(200, CrosstabOut)
def get_crosstab(given: dict[str, Any], round_id: str) -> Crosstab:
    """Return how often each pair of answers came; small cells of anonymous answers are null."""
    return results.crossed(current_access(), round_id, given["who"], given["row"], given["column"])


@rounds.get("/<round_id>/results.xlsx")
@rounds.arguments(WhoIn, location="query")
@rounds.response(200, content_type=XLSX)
def get_xlsx(given: dict[str, Any], round_id: str) -> Response:
    """Return the tables as a workbook."""
    return attached(results.exported(current_access(), round_id, given["who"], xlsx), XLSX, "results.xlsx")


@rounds.get("/<round_id>/results.csv")
@rounds.arguments(WhoIn, location="query")
@rounds.response(200, content_type="text/csv")
def get_csv(given: dict[str, Any], round_id: str) -> Response:
    """Return the tables as CSV."""
    content = results.exported(current_access(), round_id, given["who"], results.as_csv)
    return attached(content, "text/csv", "results.csv")


def attached(content: bytes, mimetype: str, name: str) -> Response:
    """Return the file, to be stored under the name."""
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response(content, mimetype=mimetype, headers=headers)


@anonymous.post("/anonymous/<round_id>")
@public
@silent
@limiter.limit(OFTEN, key_func=somewhere, on_breach=refuse)
@anonymous.response(201)
def post_answer(round_id: str) -> None:
    """Take a sealed answer of 4 KiB or a multiple; nothing is kept of who sends it, or when."""
    collecting.check_size(request.content_length or 0)
    collecting.take(round_id, request.get_data())


@anonymous.get("/s/<code>")
@public
@silent
@anonymous.response(200, PublicRoundOut)
def get_asked(code: str) -> dict[str, Any]:
    """Return the round with the code; 404 for none."""
    return asking.asked(code)


@anonymous.get("/s/<code>/form.xml")
@public
@silent
@anonymous.response(200, content_type="text/xml")
def get_form(code: str) -> Response:
    """Return the round's form."""
    return Response(asking.form(code), mimetype="text/xml", headers={"Cache-Control": FOREVER})


@anonymous.get("/s/<code>/media/<name>")
@public
@silent
@anonymous.response(200, content_type="application/octet-stream")
def get_medium(code: str, name: str) -> Response:
    """Return a file that the round's form names."""
    media_type, content = asking.medium(code, name)
    return Response(
        content, mimetype=media_type, headers={"Cache-Control": FOREVER, "Content-Security-Policy": SANDBOX}
    )
