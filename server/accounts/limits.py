"""Sign-in attempts are limited: failures only, by account and address, and by address."""

from __future__ import annotations

import logging
import time

from flask import Response, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from server.accounts.rules import normal_login
from server.core import problem_answers
from server.core.access import current_access
from server.core.errors import TooOften

# A street's phones often share one public address, so the address alone is limited generously.
BY_ACCOUNT = "10 per 15 minutes"
BY_ADDRESS = "300 per 15 minutes"

limiter = Limiter(get_remote_address)
# Its line on a limit that is reached holds the key: an address, an account.
logging.getLogger("flask-limiter").setLevel(logging.WARNING)


def account_at_address() -> str:
    """Return the limit's key: the account as it was typed, and the address."""
    body = request.get_json(silent=True)
    login = body.get("account") if isinstance(body, dict) else None
    return f"{normal_login(str(login))[:80]}|{get_remote_address()}"


def person() -> str:
    """Return the limit's key: the account of the session."""
    return current_access().account_id


def has_failed(response: Response) -> bool:
    """Return whether the attempt counts: a right password never uses the limit up."""
    return response.status_code in {401, 403, 422}


def refuse(limit: RequestLimit) -> Response:
    """Return the problem 429 with the seconds to wait."""
    seconds = max(1, round(limit.reset_at - time.time()))
    message = f"尝试次数过多, 请 {-(-seconds // 60)} 分钟后再试"
    return problem_answers.of_ours(TooOften(message, retry_after=seconds))


by_account = limiter.limit(BY_ACCOUNT, key_func=account_at_address, deduct_when=has_failed, on_breach=refuse)
by_address = limiter.limit(BY_ADDRESS, deduct_when=has_failed, on_breach=refuse)
by_person = limiter.limit(BY_ACCOUNT, key_func=person, deduct_when=has_failed, on_breach=refuse)
