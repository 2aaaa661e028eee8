"""Unsent ops that came in a file instead of from their device (rule D7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.accounts.access import access_of
from server.accounts.models import Account
from server.core.access import SUPERVISORS, Access
from server.core.database import reading
from server.core.errors import BadInput, NotFound
from server.sync.batch import Author
from server.sync.exchange import Manner, push
from server.sync.receipts import receipt_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from sync.messages import Request


def carry(access: Access, request: Request, *, is_suspect: bool = False) -> dict[str, Any]:
    """Return the results of the ops and the receipt of their device, taken in their author's name.

    They are pushed as their device would push them, with the rights that the author has now; so it
    does no harm if it does so, too. Brought by the account itself, or by a supervisor of its
    community. The log keeps who it was.
    """
    if request.account is None:
        raise BadInput("文件里没有写明是谁的内容", code="invalid_request", field="account")
    if not request.ops:
        raise BadInput("文件里没有要导入的内容", code="invalid_request", field="ops")
    with reading() as session:
        author = author_of(session, access, request.account)
    manner = Manner(request.schema, carried_by=access.account_id, is_suspect=is_suspect)
    results = push(Author.of(author), request.device, request.ops, manner)
    with reading() as session:
        receipt = receipt_of(session, author.account_id, request.device)
    return {"account": author.account_id, "results": results, "receipt": receipt}


def author_of(session: Session, access: Access, account_id: str) -> Access:
    """Return the access of the account whose ops are brought, even of one that is disabled."""
    if account_id == access.account_id:
        return access
    access.require(*SUPERVISORS)
    account = session.get(Account, account_id)
    author = access_of(account) if account is not None else None
    if author is None or author.community_id is None or author.community_id != access.community_id:
        raise NotFound("本社区没有这份内容的作者", field="account")
    return author
