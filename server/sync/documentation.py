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
    set=OBJECT, base=CURSORS, after=UUID, settles=UUID, wall=TEXT, mono={"type": "number"},
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
    "type id seq rev",
    type=TEXT, id=UUID, seq=COUNT, rev=COUNT, by=UUID, at={"type": "string", "format": "date-time"},
    gone={"const": True}, out={"const": True}, f=OBJECT, s=CURSORS, h=listed(VERSION),
)  # fmt: skip
PAGE = thing(
    "id from to more entries own",
    **{"from": COUNT, "id": TEXT, "to": COUNT, "more": {"type": "boolean"}, "left": COUNT},
    entries=listed(ENTRY, 1000), own=listed(UUID), digest=thing("count sum", count=COUNT, sum=COUNT),
)  # fmt: skip
REQUEST = thing(
    "proto schema device",
    proto={"const": 1}, schema=COUNT, device=UUID, ops=listed(OP, 1000), scopes=CURSORS,
    check=TEXTS, rebuild=TEXTS, wall=TEXT, evicted=thing("device unsent", device=UUID, unsent=COUNT),
)  # fmt: skip
RECEIPT = thing(
    "device n hash at key sig",
    device=UUID, n=COUNT, hash=TEXT, scope=TEXT, seq=COUNT, at={"type": "string", "format": "date-time"},
    key=TEXT, sig=TEXT,
)  # fmt: skip
KEY = thing("key alg public", key=TEXT, alg={"const": "Ed25519"}, public=TEXT)
ANSWER = thing(
    "proto time account directory results receipt scopes gained lost reset end",
    proto={"const": 1}, time={"type": "string", "format": "date-time"}, account=UUID, directory=TEXT,
    results=listed(RESULT), receipt=RECEIPT,
    scopes=listed(PAGE), gained=TEXTS, lost=TEXTS, reset=TEXTS, end={"const": True},
)  # fmt: skip


def answered(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the responses of an endpoint that answers JSON of the schema."""
    return {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}


SYNC: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": REQUEST}}},
    "responses": answered(ANSWER),
}
KEYS: dict[str, Any] = {"responses": answered(thing("keys", keys=listed(KEY)))}
CARRIED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": thing(
                    "proto schema device account ops",
                    proto={"const": 1}, schema=COUNT, device=UUID, account=UUID, ops=listed(OP, 1000),
                )
            }
        },
    },
    "responses": answered(
        thing("account results receipt", account=UUID, results=listed(RESULT), receipt=RECEIPT)
    ),
}  # fmt: skip
