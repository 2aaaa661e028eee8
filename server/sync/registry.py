"""The types that sync knows: schema, projection, rules, and who may write what (rule P8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from server.contacts import rules as contacts
from server.contacts.models import Household
from server.contacts.schemas import HouseholdSchema
from server.core.access import SUPERVISORS, Access, Role
from server.core.database import Base
from server.core.documents import Choices, Document, Items
from server.diary import rules as diary
from server.diary.models import DiaryEntry, Review
from server.diary.schemas import DiaryEntrySchema, ReviewSchema
from server.problems import rules as problems
from server.problems.models import Problem
from server.problems.schemas import ProblemSchema
from server.questionnaires import rules as questionnaires
from server.questionnaires.models import SurveyResponse
from server.questionnaires.records import SurveyResponseSchema, SurveyRoundSchema
from server.sync import settling
from server.sync.models import Handover
from server.sync.schemas import ConflictSchema, HandoverSchema, QuarantineSchema
from sync.merge import Keyed

Fields = Mapping[str, Any]
CADRES = frozenset({Role.CADRE, Role.GRID_LEAD})
GRID = frozenset({"grid"})  # the kind of scope in which the types that people make live


def no_rule(fields: Fields) -> None:
    """Refuse nothing."""
    del fields


def nothing_derived(fields: Fields, changed: Fields) -> dict[str, Any]:
    """Return no field."""
    del fields, changed
    return {}


def nothing_signed(changed: Fields, account_id: str, at: str) -> dict[str, Any]:
    """Return no field."""
    del changed, account_id, at
    return {}


@dataclass(frozen=True)
class RecordType:
    """A type of records.

    `rule` refuses a whole document. `derive` returns the fields that the server sets from the
    document and the op's `set`; those in `derived` are never taken from a client.
    `sign` returns those that say who made the op's `set`, and when.
    `prose` are the texts that are merged by paragraphs (rule M9).
    `writers` may create and, unless `own` says that only the author may, change; `deleters` delete.
    An append-only type is written by `append` and never changes (rule M7). A type with `settable`
    is created by the server alone, and of its fields only these may be set, by kind of scope.
    """

    schema: Document
    projection: type[Base] | None
    writers: frozenset[Role]
    deleters: frozenset[Role] = field(default_factory=frozenset)
    own: bool = False
    append_only: bool = False
    settable: Mapping[str, frozenset[str]] | None = None
    prose: frozenset[str] = frozenset()
    rule: Callable[[Fields], None] = no_rule
    derive: Callable[[Fields, Fields], dict[str, Any]] = nothing_derived
    sign: Callable[[Fields, str, str], dict[str, Any]] = nothing_signed
    derived: frozenset[str] = field(default_factory=frozenset)

    @property
    def scopes(self) -> Collection[str]:
        """Return the kinds of scopes in which its records live."""
        return GRID if self.settable is None else self.settable.keys()

    @cached_property
    def keyed(self) -> dict[str, Keyed]:
        """Return the fields that are merged member by member, or by paragraphs (M5, M9)."""
        found: dict[str, Keyed] = dict.fromkeys(self.prose, "prose")
        for name, one in self.schema.fields.items():
            if isinstance(one, Choices):
                found[name] = "set"
            elif isinstance(one, Items) and one.is_keyed:
                found[name] = "items"
        return found

    def may_create(self, access: Access, kind: str) -> bool:
        """Return whether the account's roles may create one with an op of this kind."""
        if self.settable is not None or self.writers.isdisjoint(access.roles):
            return False
        return kind == ("append" if self.append_only else "create")

    def may_change(self, access: Access, kind: str, author_id: str) -> bool:
        """Return whether the account may set fields of, or delete, the author's record."""
        roles = self.deleters if kind == "delete" else self.writers
        if self.append_only or roles.isdisjoint(access.roles):
            return False
        return author_id == access.account_id or not self.own


TYPES: dict[str, RecordType] = {
    "household": RecordType(
        HouseholdSchema(),
        Household,
        writers=frozenset({Role.CADRE}),
        derive=contacts.derive,
        derived=frozenset({"head_pinyin"}),
    ),
    "diary_entry": RecordType(
        DiaryEntrySchema(),
        DiaryEntry,
        writers=CADRES,
        deleters=CADRES,
        own=True,
        prose=frozenset({"narrative"}),
        rule=diary.check,
    ),
    "problem": RecordType(
        ProblemSchema(),
        Problem,
        writers=CADRES | SUPERVISORS,
        rule=problems.check,
        derive=problems.derive,
    ),
    "review": RecordType(
        ReviewSchema(), Review, writers=SUPERVISORS, append_only=True, rule=diary.check_review
    ),
    "conflict": RecordType(
        ConflictSchema(),
        None,
        writers=frozenset(Role),
        settable=dict.fromkeys(("grid", "person", "committee"), frozenset({"settled", "note"})),
        sign=settling.settlement,
    ),
    "handover": RecordType(
        HandoverSchema(),
        Handover,
        writers=frozenset(Role),
        settable={"grid": frozenset({"state", "note"})},
        rule=settling.check_handover,
        sign=settling.decision,
    ),
    "survey_round": RecordType(
        SurveyRoundSchema(), None, writers=frozenset(Role), settable={"grid": frozenset()}
    ),
    "survey_response": RecordType(
        SurveyResponseSchema(),
        SurveyResponse,
        writers=CADRES,
        deleters=CADRES,
        own=True,
        rule=questionnaires.check_response,
    ),
    "quarantine": RecordType(
        QuarantineSchema(),
        None,
        writers=frozenset(Role),
        settable={"person": frozenset({"settled"}), "committee": frozenset({"handled", "note"})},
        sign=settling.ending,
    ),
}
