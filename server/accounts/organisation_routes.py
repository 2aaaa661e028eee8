"""The endpoints of the organisation: units, accounts, contact-point assignments."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from server.accounts import assignments, people, units
from server.accounts.models import Account, ContactPointAssignment, Unit
from server.accounts.schemas import (
    AccountIn,
    AccountOut,
    AccountPatch,
    AccountsOut,
    AccountsQuery,
    AssignmentEnd,
    AssignmentIn,
    AssignmentOut,
    AssignmentsOut,
    NewAccountOut,
    PasswordOut,
    UnitIn,
    UnitOut,
    UnitPatch,
    UnitsOut,
)
from server.accounts.tree import Place
from server.core.api import Blueprint

blueprint = Blueprint("organisation", __name__, url_prefix="/api", description="Units, accounts, assignments")


@blueprint.get("/units")
@blueprint.response(200, UnitsOut)
def get_units() -> dict[str, list[Place]]:
    """Return one's own unit and everything beneath it."""
    return {"units": units.listed()}


@blueprint.post("/units")
@blueprint.arguments(UnitIn)
@blueprint.response(201, UnitOut)
def post_unit(unit: dict[str, Any]) -> Unit:
    """Make a unit beneath another; 409 `name_taken` where its parent has one of the name."""
    return units.create(unit)


@blueprint.patch("/units/<unit_id>")
@blueprint.arguments(UnitPatch)
@blueprint.response(200, UnitOut)
def patch_unit(change: dict[str, Any], unit_id: str) -> Unit:
    """Change a unit's name, order, strength or tags."""
    return units.change(unit_id, change)


@blueprint.get("/accounts")
@blueprint.arguments(AccountsQuery, location="query")
@blueprint.response(200, AccountsOut)
def get_accounts(query: dict[str, str]) -> dict[str, list[Account]]:
    """Return the accounts of a unit and of everything beneath it."""
    return {"accounts": people.listed(query.get("unit"))}


@blueprint.post("/accounts")
@blueprint.arguments(AccountIn)
@blueprint.response(201, NewAccountOut)
def post_account(account: dict[str, Any]) -> tuple[Response, int]:
    """Make an account; its one-time `password` is in this answer and nowhere else."""
    made, password = people.create(account)
    return jsonify(AccountOut().dump(made) | {"password": password}), 201


@blueprint.patch("/accounts/<account_id>")
@blueprint.arguments(AccountPatch)
@blueprint.response(200, AccountOut)
def patch_account(change: dict[str, Any], account_id: str) -> Account:
    """Change or disable an account; disabling ends its sessions."""
    return people.change(account_id, change)


@blueprint.post("/accounts/<account_id>/password")
@blueprint.response(200, PasswordOut)
def post_account_password(account_id: str) -> dict[str, str]:
    """Set a new one-time password and end the account's sessions."""
    return {"password": people.reset(account_id)}


@blueprint.get("/assignments")
@blueprint.response(200, AssignmentsOut)
def get_assignments() -> dict[str, list[ContactPointAssignment]]:
    """Return the assignments, present and past, to the grids of one's own units."""
    return {"assignments": assignments.listed()}


@blueprint.post("/assignments")
@blueprint.arguments(AssignmentIn)
@blueprint.response(201, AssignmentOut)
def post_assignment(assignment: dict[str, Any]) -> ContactPointAssignment:
    """Assign a cadre to a grid; 409 `already_assigned` where he has one."""
    return assignments.create(assignment)


@blueprint.post("/assignments/<assignment_id>/end")
@blueprint.arguments(AssignmentEnd)
@blueprint.response(200, AssignmentOut)
def post_assignment_end(end: dict[str, Any], assignment_id: str) -> ContactPointAssignment:
    """End an assignment with its last day; it stays in the history."""
    return assignments.end(assignment_id, end)
