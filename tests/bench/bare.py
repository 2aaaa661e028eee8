"""What a server costs that does nothing but store: the baseline of the figures of `server`.

Flask, orjson and SQLAlchemy Core, one table and one durable transaction; no rights, no rules, no
history, no answer worth the name.
"""

from __future__ import annotations

import os

import orjson
from flask import Flask, Response, request
from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, create_engine

import server.core.database  # noqa: F401 - SQLite as durable as the server's, by the same listeners

URL = os.environ.get("BARE_DATABASE", "sqlite://")
bare = Table(
    "bare",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("scope", String(60)),
    Column("seq", Integer),
    Column("body", LargeBinary),
    Index("bare_feed", "scope", "seq"),
)
engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg://"), pool_size=8)
app = Flask(__name__)


@app.post("/push")
def push() -> Response:
    """Insert the batch in one transaction."""
    return answer({"done": insert(orjson.loads(request.get_data())["ops"])})


@app.get("/pull/<scope>/<int:start>")
def pull(scope: str, start: int) -> Response:
    """Return what came after `start`."""
    return answer({"entries": after(scope, start)})


@app.post("/exchange")
def exchange() -> Response:
    """Insert the batch, and return what came after `start`: a phone that reconnects."""
    sent = orjson.loads(request.get_data())
    insert(sent["ops"])
    return answer({"entries": after(sent["scope"], sent["start"])})


def insert(ops: list[dict[str, object]]) -> int:
    """Return how many ops were inserted, each as the JSON that it came as."""
    rows = [{"id": op["rid"], "scope": op["scope"], "seq": op["n"], "body": orjson.dumps(op)} for op in ops]
    with engine.begin() as connection:
        connection.execute(bare.insert(), rows)
    return len(rows)


def after(scope: str, start: int) -> list[dict[str, object]]:
    """Return what the scope has after `start`, in the order of its numbers."""
    wanted = bare.select().where(bare.c.scope == scope, bare.c.seq > start).order_by(bare.c.seq)
    with engine.connect() as connection:
        rows = connection.execute(wanted).all()
    return [{"id": row.id, "seq": row.seq, "f": orjson.Fragment(row.body)} for row in rows]


def answer(value: object) -> Response:
    """Return the value as JSON."""
    return Response(orjson.dumps(value), mimetype="application/json")
