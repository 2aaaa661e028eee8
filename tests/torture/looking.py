"""What must be true when the dust has settled: nothing acknowledged lost, nothing applied twice."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import create_engine, text

from server.config import Config
from sync.canonical import GENESIS
from tests.live import MINQING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.live import LiveServer
    from tests.torture.device import Device

Row = dict[str, Any]


@dataclass
class Findings:
    """What was counted, and what was found wrong."""

    sent: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[str]:
        """All that is wrong."""
        return self.lost + self.twice + self.differing + self.refused + self.unproven


def look(server: LiveServer, devices: Sequence[Device]) -> Findings:
    """Return what the log and the records of the database say of what the devices were told."""
    ops, records = tables(server)
    found = Findings()
    by_device = defaultdict(list)
    for op in ops:
        by_device[op["device_id"]].append(op)
    for device in devices:
        found.sent += len(device.sent)
        found.acknowledged += len(device.acknowledged)
        found.refused += device.refused
        found.statuses.update(result["status"] for result in device.acknowledged.values())
        logged = sorted(by_device[device.device], key=lambda op: op["n"] or 0)
        found.lost += lost(device, logged)
        found.twice += twice_logged(device, logged)
    found.twice += twice_applied(ops, records)
    found.differing += differing(devices, records)
    found.unproven += unproven(server, devices)
    return found


def unproven(server: LiveServer, devices: Sequence[Device]) -> list[str]:
    """Return what `minqing verify` finds wrong, the devices' newest receipts included (rule P12)."""
    command: list[str | Path] = [MINQING, "verify"]
    for device in devices:
        receipt = server.data / f"receipt-{device.device}.json"
        receipt.write_bytes(orjson.dumps(device.receipt))
        command += ["--receipt", receipt]
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=server.environment, capture_output=True, text=True, check=False
    )
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()


def tables(server: LiveServer) -> tuple[list[Row], dict[str, Row]]:
    """Return the rows of the log, and those of the records by id."""
    engine = create_engine(Config.from_environment(server.environment).database_url)
    with engine.connect() as connection:
        ops = [dict(row) for row in connection.execute(text("SELECT * FROM op")).mappings()]
        records = {
            row["id"]: dict(row) for row in connection.execute(text("SELECT * FROM record")).mappings()
        }
    engine.dispose()
    return ops, records


def lost(device: Device, logged: list[Row]) -> Iterator[str]:
    """Yield every op that the server had acknowledged, or signed for, and no longer has as it was."""
    kept = {op["op_id"]: op for op in logged}
    for op_id, result in device.acknowledged.items():
        op = kept.get(op_id)
        if op is None:
            yield f"{op_id} was answered {result['status']} and is not in the log"
        elif result["status"] != "duplicate" and (op["status"], op["seq"]) != (
            result["status"],
            result["seq"],
        ):
            yield f"{op_id} was answered {result} and is logged as {op['status']} at {op['seq']}"
    head = GENESIS
    for n, op in enumerate(logged, 1):
        body = orjson.loads(op["body"])
        head = hashlib.sha256(op["body"]).hexdigest()
        if (op["n"], body["n"], bytes(op["hash"]).hex()) != (n, n, head) or op["op_id"] not in device.sent:
            yield f"the log of {device.device} breaks at {n}"
    if len(logged) != device.n or head != device.head:
        yield f"{device.device} wrote {device.n} ops, {len(logged)} are logged"
    if device.receipt["n"] and (device.receipt["n"], device.receipt["hash"]) != (len(logged), head):
        yield f"{device.device} has a receipt for {device.receipt['n']} ops, {len(logged)} are logged"


def twice_logged(device: Device, logged: list[Row]) -> Iterator[str]:
    """Yield every op of the device that stands twice in the log, under whichever id."""
    for op in logged:
        if op["same_as"] is not None:
            yield f"{op['same_as']} of {device.device} was logged again"


def twice_applied(ops: list[Row], records: dict[str, Row]) -> Iterator[str]:
    """Yield every record that has not exactly one revision for each op it took, and one seq for each."""
    revs = defaultdict(list)
    for op in ops:
        if op["rev"] is not None:
            revs[op["rid"]].append(op["rev"])
    for rid, found in revs.items():
        first = 1 if records[rid]["type"] != "conflict" else 2
        if sorted(found) != list(range(first, records[rid]["rev"] + 1)):
            yield f"record {rid} is at {records[rid]['rev']} after the revisions {sorted(found)}"
    places = Counter((op["scope_id"], op["seq"]) for op in ops)
    yield from (f"seq {place} was given out {count} times" for place, count in places.items() if count > 1)


def differing(devices: Sequence[Device], records: dict[str, Row]) -> Iterator[str]:
    """Yield every record that a device doesn't hold as the server does, and every op it still keeps."""
    by_scope: defaultdict[str, dict[str, Row]] = defaultdict(dict)
    for record in records.values():
        by_scope[record["scope_id"]][record["id"]] = record
    for device in devices:
        if device.outbox:
            yield f"{device.device} has not read back {len(device.outbox)} ops"
        for scope in device.cursors:
            held = {key: one for key, one in device.records.items() if one["scope"] == scope}
            wanted = by_scope[scope]
            if held.keys() != wanted.keys():
                yield f"{device.device} holds {len(held)} records of {scope}, the server {len(wanted)}"
                continue
            for key, record in wanted.items():
                mine = held[key]
                is_same = mine["rev"] == record["rev"] and (
                    bool(record["gone"])
                    if mine.get("gone")
                    else mine["f"] == orjson.loads(record["fields"])
                    and mine["s"] == orjson.loads(record["stamps"])
                )
                if not is_same:
                    yield f"{device.device} holds another {key} than the server"
