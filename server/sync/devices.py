"""The devices of a community, for those who look after it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Account, ContactPointAssignment
from server.core.access import SUPERVISORS, Access, Role
from server.sync.models import Device
from server.sync.own_ids import system_device
from server.sync.watching import TOLERATED


class DeviceOut(Schema):
    """A device that has pushed; `skew` in seconds is positive where its clock is ahead."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, metadata={"description": "last push"})
    n = fields.Integer(required=True, metadata={"description": "number of its last op"})
    skew = fields.Integer(allow_none=True, required=True)
    is_skewed = fields.Boolean(required=True)
    gap_at = fields.AwareDateTime(
        allow_none=True,
        required=True,
        metadata={"description": "when its ops last didn't continue what the server has"},
    )
    evicted_at = fields.AwareDateTime(
        allow_none=True,
        required=True,
        metadata={"description": "when its phone said that the browser had cleared it"},
    )
    unsent = fields.Integer(
        allow_none=True, required=True, metadata={"description": "ops and drafts that were lost with it"}
    )


class DevicesOut(Schema):
    """The devices."""

    devices = fields.List(fields.Nested(DeviceOut), required=True)


def listed(session: Session, access: Access) -> list[dict[str, Any]]:
    """Return the devices of whoever belongs to the access's units or holds a grid in them.

    The server's own devices, by which it writes in an account's name, are no phones.
    """
    access.require(Role.ORG_ADMIN, *sorted(SUPERVISORS))
    held = select(ContactPointAssignment.cadre_id).where(
        ContactPointAssignment.grid_id.in_(access.units), ContactPointAssignment.ended_at.is_(None)
    )
    rows = session.execute(
        select(Device, Account.login, Account.name)
        .join(Account, Account.id == Device.account_id)
        .where(or_(Account.unit_id.in_(access.units), Account.id.in_(held)))
        .order_by(Account.name, Account.id, Device.created_at, Device.id)
    )
    return [
        {
            "id": device.id,
            "account_id": device.account_id,
            "login": login,
            "name": name,
            "created_at": device.created_at,
            "seen_at": device.seen_at,
            "n": device.last_n,
            "skew": device.skew,
            "is_skewed": abs(device.skew or 0) > TOLERATED,
            "gap_at": device.gap_at,
            "evicted_at": device.evicted_at,
            "unsent": device.unsent,
        }
        for device, login, name in rows
        if device.id != system_device(device.account_id)
    ]
