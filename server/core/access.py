"""The access layer: who asks, and what he may see and write.

Every query of records, units and accounts goes through `Access`; nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from flask import g

from server.core.errors import Forbidden, Unauthenticated


class Role(StrEnum):
    """The roles of an account (domain.md, section 1)."""

    CADRE = "cadre"
    GRID_LEAD = "grid_lead"
    REVIEWER = "reviewer"
    SECRETARY = "secretary"
    EDITOR = "editor"
    SURVEY_ADMIN = "survey_admin"
    ORG_ADMIN = "org_admin"
    AUDITOR = "auditor"


SUPERVISORS = frozenset({Role.REVIEWER, Role.SECRETARY})


@dataclass(frozen=True)
class Access:
    """What one account may do now. Scopes are `kind:id` strings (sync/SPEC.md).

    `readable` are the scopes it replicates; `writable` those it may write to, further narrowed
    by type and role in `server.sync.registry`; `formerly` those it held once as
    a cadre, and holds as such no more.
    `units` are the ids of its own unit and everything beneath it. `version` is the
    organisation's, where it was read for a request.
    """

    account_id: str
    unit_id: str
    community_id: str | None
    roles: frozenset[Role]
    readable: frozenset[str] = field(default_factory=frozenset)
    writable: frozenset[str] = field(default_factory=frozenset)
    formerly: frozenset[str] = field(default_factory=frozenset)
    units: frozenset[str] = field(default_factory=frozenset)
    version: int | None = None

    def require(self, *roles: Role) -> None:
        """Refuse with Forbidden unless the account has one of the roles."""
        if self.roles.isdisjoint(roles):
            message = "您的账号没有这项权限"
            raise Forbidden(message)

    def require_unit(self, unit_id: str) -> None:
        """Refuse with Forbidden unless the unit is the account's own or lies beneath it."""
        if unit_id not in self.units:
            message = "该单位不在您的管理范围内"
            raise Forbidden(message)


def current_access() -> Access:
    """Return the access of the request's session; Unauthenticated where there is none."""
    access: Access | None = g.get("access")
    if access is None:
        message = "请先登录"
        raise Unauthenticated(message)
    return access
