"""The shapes of the messages of `POST /api/sync` (SPEC.md), checked before anything is believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

PROTO = 1
SCHEMA = 3
MOST_OPS = 1_000  # in one request (rule P10)
MOST_BYTES = 8 * 1024 * 1024  # of one request, unpacked
MOST_SCOPES = 2_000
MOST_OP_BYTES = 1024 * 1024  # of one op's canonical text
MOST_CONFLICTS = 200  # of one op
MOST_CONFLICTS_AT_ONCE = 2_000  # of one request
DEEPEST_OP = 32  # levels of lists and objects in an op
DEEPEST = 100  # beyond it the request is refused, since nothing can be done with it safely
WIDEST = 2**53
MOST_UNSENT = 2**31 - 1

KINDS = ("create", "set", "append", "delete", "command")
OWN_KINDS = ("create", "set", "append", "delete", "move")  # of the server's own ops (rule P14)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SCOPE = re.compile(r"[a-z_]{1,16}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class ShapeError(Exception):
    """A message that hasn't the shape of the protocol; `field` is the path to what is wrong."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


@dataclass(frozen=True, slots=True)
class Evicted:
    """A device whose data its browser has cleared, with how much was unsent then (rule D10)."""

    device: str
    unsent: int


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `ops` are still as they came, but each has an `op_id` and an `n`."""

    schema: int
    device: str
    ops: list[dict[str, Any]]
    scopes: dict[str, int]
    check: frozenset[str] = frozenset()
    rebuild: frozenset[str] = frozenset()
    wall: str | None = None
    account: str | None = None  # whose ops are carried (rule D7)
    evicted: Evicted | None = None


def read_request(body: object) -> Request:
    """Return the request; ShapeError where it can't be one, TooMany over the limit of ops."""
    if not isinstance(body, dict):
        raise ShapeError("invalid_request", "请求应为 JSON 对象")
    if body.get("proto") != PROTO:
        raise ShapeError("proto_unknown", "应用与服务器的版本不相容，请更新应用", "proto")
    schema: Any = body.get("schema")
    device: Any = body.get("device")
    if not is_count(schema):
        raise ShapeError("invalid_request", "schema 应为正整数", "schema")
    if not is_uuid(device):
        raise ShapeError("invalid_request", "device 应为设备编号", "device")
    account: Any = body.get("account")
    if account is not None and not is_uuid(account):
        raise ShapeError("invalid_request", "account 应为账号编号", "account")
    return Request(
        schema,
        device,
        read_ops(body.get("ops", [])),
        read_scopes(body.get("scopes", {})),
        read_names(body, "check"),
        read_names(body, "rebuild"),
        read_wall(body.get("wall")),
        account,
        read_evicted(body.get("evicted")),
    )


class TooManyOps(ShapeError):
    """More ops than one request may carry."""


def read_ops(ops: object) -> list[dict[str, Any]]:
    """Return the ops; each must say which one it is, or it couldn't be answered or kept."""
    if not isinstance(ops, list):
        raise ShapeError("invalid_request", "ops 应为列表", "ops")
    if len(ops) > MOST_OPS:
        raise TooManyOps("too_much", f"一次最多上传 {MOST_OPS} 条", "ops")
    for position, op in enumerate(ops):
        where = f"ops.{position}"
        if not isinstance(op, dict):
            raise ShapeError("invalid_request", "每条操作应为 JSON 对象", where)
        if not is_uuid(op.get("op_id")):
            raise ShapeError("invalid_request", "操作缺少编号 op_id", f"{where}.op_id")
        if not is_count(op.get("n")):
            raise ShapeError("invalid_request", "操作缺少序号 n", f"{where}.n")
        if depth_over(op, DEEPEST):
            raise ShapeError("too_deep", "请求内容嵌套过深", where)
    return ops


def read_scopes(scopes: object) -> dict[str, int]:
    """Return the cursors by scope."""
    if not isinstance(scopes, dict) or len(scopes) > MOST_SCOPES:
        raise ShapeError("invalid_request", f"scopes 应为对象，最多 {MOST_SCOPES} 项", "scopes")
    for scope, cursor in scopes.items():
        if not SCOPE.fullmatch(scope):
            raise ShapeError("invalid_request", "范围的名称不正确", "scopes")
        if cursor != 0 and not is_count(cursor):
            raise ShapeError("invalid_request", "范围的游标应为不小于 0 的整数", f"scopes.{scope}")
    return scopes


def read_wall(wall: object) -> str | None:
    """Return what the device's clock said as the request was sent; it may be left out."""
    if wall is not None and not is_wall(wall):
        raise ShapeError("invalid_request", "wall 应为设备时间", "wall")
    return wall if isinstance(wall, str) else None


def read_evicted(evicted: object) -> Evicted | None:
    """Return which device of this phone was cleared; it may be left out."""
    if evicted is None:
        return None
    device: Any = evicted.get("device") if isinstance(evicted, dict) else None
    unsent: Any = evicted.get("unsent") if isinstance(evicted, dict) else None
    if not is_uuid(device) or not (unsent == 0 or is_count(unsent)):
        raise ShapeError("invalid_request", "evicted 应为设备编号与未上传条数", "evicted")
    return Evicted(device, min(int(unsent), MOST_UNSENT))


def read_names(body: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the scopes that the member of the request lists; it may be left out."""
    names = body.get(name, [])
    if not isinstance(names, list) or len(names) > MOST_SCOPES:
        raise ShapeError("invalid_request", f"{name} 应为列表，最多 {MOST_SCOPES} 项", name)
    if not all(isinstance(scope, str) and SCOPE.fullmatch(scope) for scope in names):
        raise ShapeError("invalid_request", "范围的名称不正确", name)
    return frozenset(names)


class Envelope(NamedTuple):
    """What an op says about itself, checked; `set` may still hold anything that JSON can."""

    type: str
    rid: str
    scope: str
    kind: str
    set: dict[str, Any]
    base: dict[str, int]
    after: str | None
    wall: str
    settles: str | None = None  # the conflict that it ends (rule M10)


def read_envelope(op: Mapping[str, Any], *, is_own: bool = False) -> Envelope:
    """Return the op's envelope; ShapeError `invalid_op` names the first member that is wrong.

    `is_own` says that it is the server's own op.
    """
    for name, is_right in _MEMBERS.items():
        if not is_right(op.get(name)):
            raise ShapeError("invalid_op", f"操作的 {name} 不正确", name)
    if op["kind"] not in (OWN_KINDS if is_own else KINDS):
        raise ShapeError("unknown_kind", "服务器不认识这种操作，请等待服务器更新", "kind")
    fields, base = op.get("set"), op.get("base")
    is_change = op["kind"] in {"create", "set", "append"}
    if (not isinstance(fields, dict) and (is_change or fields is not None)) or fields == {}:
        raise ShapeError("invalid_op", "操作的 set 不正确", "set")
    if base is not None and not is_stamps(base):
        raise ShapeError("invalid_op", "操作的 base 不正确", "base")
    head = (op["type"], op["rid"], op["scope"], op["kind"])
    return Envelope(*head, fields or {}, base or {}, op.get("after"), op["wall"], op.get("settles"))


def is_uuid(value: object) -> bool:
    """Return whether the value is a UUID in its usual text, in small letters."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def is_count(value: object) -> bool:
    """Return whether the value is a positive integer that JavaScript can hold."""
    return type(value) is int and 0 < value <= WIDEST


def is_stamps(value: object) -> bool:
    """Return whether the value maps field names to stamps."""
    return isinstance(value, dict) and all(map(is_count, value.values()))


def is_wall(value: object) -> bool:
    """Return whether the value may be what a device's clock says."""
    return isinstance(value, str) and len(value) <= len("+275760-09-13T00:00:00.000Z")


_MEMBERS: dict[str, Callable[[Any], object]] = {
    "type": lambda value: isinstance(value, str) and NAME.fullmatch(value),
    "kind": lambda value: isinstance(value, str),
    "rid": is_uuid,
    "scope": lambda value: isinstance(value, str) and SCOPE.fullmatch(value),
    "after": lambda value: value is None or is_uuid(value),
    "settles": lambda value: value is None or is_uuid(value),
    "wall": is_wall,
    "mono": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def depth_over(value: object, most: int) -> bool:
    """Return whether lists and objects lie in each other more than `most` deep, the value within."""
    inside: Iterable[object] = ()
    if isinstance(value, dict):
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    for one in inside:
        kind = type(one)
        if (kind is dict or kind is list) and (most <= 0 or depth_over(one, most - 1)):
            return True
    return False


def unwritable(op: Mapping[str, Any]) -> str | None:
    """Return the member or field of the op with text or a number that can't be stored, or None.

    These are U+0000 and lone surrogates, which PostgreSQL refuses, and NaN and infinities.
    """
    fields = op.get("set")
    for name, value in (*(fields.items() if isinstance(fields, dict) else ()), *op.items()):
        if not (is_writable(name) and is_writable(value)):
            return name if is_writable(name) else "set"
    return None


def is_writable(value: object) -> bool:
    """Return whether the value holds only text and numbers that can be stored."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return value - value == 0  # false for NaN and the infinities
    if isinstance(value, list):
        return all(map(is_writable, value))
    if isinstance(value, dict):
        return all(map(is_writable, value)) and all(map(is_writable, value.values()))
    return True
