"""What the OpenAPI document says of `POST /api/sync`; sync/SPEC.md says the rest."""

from __future__ import annotations

from typing import Any

COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
OBJECT = {"type": "object"}
CURSORS = {"type": "object", "additionalProperties": COUNT}
TEXTS = {"type": "array", "items": TEXT}


def thing(required: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    """Return the schema of an object; `required` names its required members."""
    return {"type": "object", "required": required.split(), "properties": properties}


def listed(items: dict[str, Any], most: int | None = None) -> dict[str, Any]:
    """Return the schema of a list."""
    return {"type": "array", "items": items} | ({"maxItems": most} if most else {})


OP = thing(
    "op_id n type rid scope kind wall mono",
    op_id=UUID, n=COUNT, prev_hash=TEXT, type=TEXT, rid=UUID, scope=TEXT,
    kind={"enum": ["create", "set", "append", "delete", "command"]},
    set=OBJECT, base=CURSORS, after=UUID, wall=TEXT, mono={"type": "number"},
)  # fmt: skip
RESULT = thing(
    "op_id n status scope seq",
    op_id=UUID, n=COUNT, scope=TEXT, seq=COUNT, conflict_id=UUID, code=TEXT, field=TEXT, message=TEXT,
    status={"enum": ["applied", "merged", "conflict", "quarantined", "duplicate"]},
)  # fmt: skip
VERSION = thing(
    "rev kind by device at wall",
    rev=COUNT, kind=TEXT, by=UUID, device=UUID, at={"type": "string", "format": "date-time"}, wall=TEXT,
    set=OBJECT,
)  # fmt: skip
ENTRY = thing(
    "type id seq rev by at",
    type=TEXT, id=UUID, seq=COUNT, rev=COUNT, by=UUID, at={"type": "string", "format": "date-time"},
    gone={"const": True}, f=OBJECT, s=CURSORS, h=listed(VERSION),
)  # fmt: skip
PAGE = thing(
    "id from to more entries own",
    **{"from": COUNT, "id": TEXT, "to": COUNT, "more": {"type": "boolean"}},
    entries=listed(ENTRY, 1000), own=listed(UUID), digest=thing("count sum", count=COUNT, sum=COUNT),
)  # fmt: skip
REQUEST = thing(
    "proto schema device",
    proto={"const": 1}, schema=COUNT, device=UUID, ops=listed(OP, 1000), scopes=CURSORS,
    check=TEXTS, rebuild=TEXTS,
)  # fmt: skip
ANSWER = thing(
    "proto time account directory results receipt scopes gained lost reset end",
    proto={"const": 1}, time={"type": "string", "format": "date-time"}, account=UUID, directory=TEXT,
    results=listed(RESULT), receipt=thing("device n hash", device=UUID, n=COUNT, hash=TEXT),
    scopes=listed(PAGE), gained=TEXTS, lost=TEXTS, reset=TEXTS, end={"const": True},
)  # fmt: skip

SYNC: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": REQUEST}}},
    "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": ANSWER}}}},
}
