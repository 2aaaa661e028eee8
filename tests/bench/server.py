"""What the server costs per record, on both databases, beside a bare endpoint of the same run.

Records per second of the server's own CPU, so that a busy machine changes little. Two gunicorn
processes; rights, validation, history and signed receipts are on; diaries of 1.2 kB.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from server.core.ids import new_id
from sync.canonical import GENESIS
from tests.bench.communities import household
from tests.bench.diaries import create, diary, fill, hash_of, made, packed
from tests.bench.peers import Device, Peer, ask, timed
from tests.bench.processes import bare_server
from tests.bench.storm import storm_rows
from tests.bench.table import Row, p50
from tests.live import LiveServer, live_server
from tests.postgres import is_usable, postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.diaries import Cadre, Community, Json

WORKERS = 2
ROUNDS = 3  # of each figure; the median counts
BATCH, BATCHES = 200, 50  # enough batches for a clock that ticks every 10 ms
PULLED, BARE_PULLS = 10_000, 6
CONFLICTS = 1_000
MANY, FEW, PULLS = 100_000, 10, 200


def rows(folder: Path) -> Iterator[Row]:
    """Yield the figures on SQLite, then on PostgreSQL where it is installed."""
    yield wire_row()
    yield from database_rows("SQLite", folder / "sqlite", f"sqlite:///{folder}/bare.sqlite3")
    if is_usable():
        with (
            TemporaryDirectory(prefix="minqing-", dir="/tmp") as short,
            postgres(Path(short), durable=True) as url,
        ):
            yield from database_rows("PostgreSQL", folder / "postgresql", url, DATABASE_URL=url)


def wire_row() -> Row:
    """Return the bytes of a diary on its way, in a batch of 200 as a phone sends it."""
    scope, head, ops = f"grid:{new_id()}", GENESIS, []
    for n in range(1, BATCH + 1):
        ops.append(create(scope, n, diary(n), head))
        head = hash_of(ops[-1])
    body = {"proto": 1, "schema": 1, "device": new_id(), "ops": ops, "scopes": {scope: 1}}
    raw, sent = len(orjson.dumps(body)) / BATCH, len(packed(body)) / BATCH
    note = f"raw {raw:.0f} B; gzip at level 6, as CompressionStream packs"
    return Row("a diary on the wire, in a batch of 200", sent, 390, "B", note=note)


def database_rows(name: str, data: Path, bare_database: str, **extra: str) -> Iterator[Row]:
    """Yield the figures on one database."""
    settings = {"WEB_CONCURRENCY": str(WORKERS), **extra}
    community = made(LiveServer(data, extra=settings))
    fill(community, community.grids[-1], PULLED)
    fill(community, community.grids[-2], MANY)
    with live_server(data, **settings) as server, bare_server(bare_database, WORKERS) as (port, group):
        assert server.process is not None
        ours, bare = Peer(server.port, server.process.pid), Peer(port, group)
        for figures in (push_rows, pull_rows, conflict_rows, incremental_rows, storm_rows):
            for row in figures(community, ours, bare):
                yield Row(f"{name}: {row.name}", row.value, row.bound, row.unit, row.least, row.note)


def push_rows(community: Community, ours: Peer, bare: Peer) -> Iterator[Row]:
    """Yield what pushing in batches of 200 costs, the read-back of every op included."""
    device, connection = Device(ours, community.cadres[0]), bare.connect()
    device.pull_all()
    own, theirs = [], []
    for _ in range(1 + ROUNDS):
        batches = [[device.op(diary(device.n)) for _ in range(BATCH)] for _ in range(BATCHES)]
        plain = [orjson.dumps({"ops": batch}) for batch in batches]
        start = bare.cpu()
        for body in plain:
            ask(connection, "/push", body)
        theirs.append(BATCH * BATCHES / (bare.cpu() - start))
        start = ours.cpu()
        for batch in batches:
            device.exchange(batch)
        own.append(BATCH * BATCHES / (ours.cpu() - start))
    yield beside_bare("push in batches of 200", own[1:], theirs[1:], 0.33)  # The first warms up.


def pull_rows(community: Community, ours: Peer, bare: Peer) -> Iterator[Row]:
    """Yield what a first pull of 10,000 costs."""
    scope, connection = community.grids[-1], bare.connect()
    cadre = someone(community, scope)
    store(bare, scope, PULLED)
    own, theirs = [], []
    for _ in range(1 + ROUNDS):
        start = bare.cpu()
        for _ in range(BARE_PULLS):
            ask(connection, f"/pull/{scope}/0")
        theirs.append(PULLED * BARE_PULLS / (bare.cpu() - start))
        start = ours.cpu()
        for _ in range(BARE_PULLS):
            Device(ours, cadre).pull_all()
        own.append(PULLED * BARE_PULLS / (ours.cpu() - start))
    yield beside_bare("pull of 10,000", own[1:], theirs[1:], 0.4)


def conflict_rows(community: Community, ours: Peer, bare: Peer) -> Iterator[Row]:
    """Yield how many conflicts a second of CPU makes: two phones change the notes of 1,000 homes."""
    del bare
    scope = community.cadres[0].scope
    first, second = [Device(ours, one) for one in community.cadres if one.scope == scope][:2]
    rates = []
    for _ in range(ROUNDS):
        homes = [new_id() for _ in range(CONFLICTS)]
        first.exchange([first.op(household(at), type="household", rid=rid) for at, rid in enumerate(homes)])
        for device in (first, second):
            device.pull_all()
        first.exchange([note(first, rid, "第一种说法") for rid in homes])
        ops = [note(second, rid, "第二种说法") for rid in homes]
        start = ours.cpu()
        found(second.exchange(ops))
        rates.append(CONFLICTS / (ours.cpu() - start))
    yield Row("1,000 conflicts in one push", p50(rates), 5_000, "/s", least=True, note="of CPU")


def note(device: Device, rid: str, text: str) -> Json:
    """Return the op that sets the note of a home, as whoever has seen it as it was created."""
    return device.op({"note": text}, type="household", kind="set", rid=rid, base={"note": 1})


def found(answer: Json) -> None:
    """Demand that every op has met a conflict."""
    assert {one["status"] for one in answer["results"]} == {"conflict"}, answer["results"][0]


def incremental_rows(community: Community, ours: Peer, bare: Peer) -> Iterator[Row]:
    """Yield how long a pull of 10 changes among 100,000 takes."""
    scope, connection = community.grids[-2], bare.connect()
    store(bare, scope, MANY)
    device = Device(ours, someone(community, scope))
    device.cursors = {scope: MANY - FEW, f"person:{device.cadre.account}": 0}
    body, path = orjson.dumps(device.body([])), f"/pull/{scope}/{MANY - FEW}"
    own, theirs = [], []
    for _ in range(PULLS):
        theirs.append(timed(lambda: ask(connection, path)))
        own.append(timed(lambda: device.send(body)))
    note = f"p50; bare {p50(theirs):.2f}"
    yield Row("pull of 10 changes among 100,000", p50(own), 1.5, "ms", note=note)
    yield Row("pull of 10 changes beside bare", p50(own) / p50(theirs), 1.7, "x")


def someone(community: Community, scope: str) -> Cadre:
    """Return a cadre of the grid."""
    return next(one for one in community.cadres if one.scope == scope)


def store(bare: Peer, scope: str, count: int) -> None:
    """Put so many entries into the baseline's table."""
    connection = bare.connect()
    for start in range(0, count, 1000):
        ops = [create(scope, n, diary(n)) for n in range(start + 1, start + 1001)]
        ask(connection, "/push", orjson.dumps({"ops": ops}))


def beside_bare(name: str, own: list[float], theirs: list[float], bound: float) -> Row:
    """Return the row of a rate beside the baseline's."""
    note = f"{p50(own):.0f}/s of CPU, bare {p50(theirs):.0f}/s"
    return Row(name, p50(own) / p50(theirs), bound, "x", least=True, note=note)
