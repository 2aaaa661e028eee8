"""The reconnect storm: 200 devices send 30 new entries each and pull, all at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles
from typing import TYPE_CHECKING

import orjson

from tests.bench.diaries import create, diary, packed
from tests.bench.peers import Device, ask
from tests.bench.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.diaries import Community
    from tests.bench.peers import Peer

DEVICES, EACH = 200, 30
LEAST, LONGEST = 140, 1.5  # devices a second; seconds of the slowest but one in a hundred
BARE_LEAST, BARE_LONGEST = 257, 0.8  # what the baseline came to where those bounds were found
SHOWN = 200  # characters of an error


@dataclass
class Storm:
    """What came of it."""

    seconds: float = 0
    took: list[float] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Devices a second."""
        return len(self.took) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 devices were done."""
        return quantiles(self.took, n=100, method="inclusive")[-1]

    @property
    def failures(self) -> str:
        """Each distinct error, with how often it came."""
        found = Counter(f"{type(error).__name__}: {error}"[:SHOWN] for error in self.errors)
        return "; ".join(f"{count} x {error}" for error, count in found.most_common())


def storm_rows(community: Community, ours: Peer, bare: Peer) -> Iterator[Row]:
    """Yield the figures of the storm beside the baseline's."""
    cadres = cycle(one for one in community.cadres if one.scope in community.grids[:-2])
    devices = [Device(ours, next(cadres)) for _ in range(DEVICES)]
    for device in devices:
        device.pull_all()
        # It was offline since. The server closes what idles, and unlike a browser this client sends no
        # request a second time.
        device.connection.close()
    theirs = raging([bare_phone(bare, device) for device in devices])
    own = raging([phone(device) for device in devices])
    note = f"bare {theirs.rate:.0f}; {len(own.errors)} errors, {len(own.took)} of {DEVICES} done"
    yield Row("storm: devices", own.rate, LEAST, "/s", least=True, note=note)
    yield Row("storm: p99", own.p99, LONGEST, "s", note=f"bare {theirs.p99:.2f}")
    yield Row("storm: devices beside bare", own.rate / theirs.rate, LEAST / BARE_LEAST, "x", least=True)
    yield Row("storm: p99 beside bare", own.p99 / theirs.p99, LONGEST / BARE_LONGEST, "x")
    yield Row("storm: errors", len(own.errors), 0, "", note=own.failures)


def phone(device: Device) -> Callable[[], None]:
    """Return what the device does: it sends its outbox and pulls to the end."""
    ops = [device.op(diary(device.n)) for _ in range(EACH)]
    body = packed(device.body(ops))

    def act() -> None:
        answer = orjson.loads(device.send(body, **{"Content-Encoding": "gzip"}))
        assert [one["status"] for one in answer["results"]] == ["applied"] * EACH
        for page in answer["scopes"]:
            device.cursors[page["id"]] = page["to"]
        if any(page["more"] for page in answer["scopes"]):
            device.pull_all()

    return act


def bare_phone(bare: Peer, device: Device) -> Callable[[], None]:
    """Return what the device does with the baseline."""
    scope, connection = device.id, bare.connect()
    ops = [create(scope, n, diary(n)) for n in range(1, EACH + 1)]
    body = orjson.dumps({"ops": ops, "scope": scope, "start": 0})

    def act() -> None:
        ask(connection, "/exchange", body)

    return act


def raging(acts: list[Callable[[], None]]) -> Storm:
    """Return what came of all acts done at once."""
    storm, ready = Storm(), threading.Barrier(len(acts) + 1)

    def run(act: Callable[[], None]) -> None:
        ready.wait()
        began = time.perf_counter()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - it is counted
            storm.errors.append(error)
        else:
            storm.took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    storm.seconds = time.perf_counter() - began
    return storm
