"""Where scripts are played: one server and one process of phones for many of them."""

from __future__ import annotations

import json
import logging
import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.sync.simulation.bundle import bundle
from tests.sync.simulation.phones import Phones
from tests.sync.simulation.play import Play
from tests.sync.simulation.script import Script
from tests.sync.simulation.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sync.simulation.bundle import Replaced

MEMORY = Path("/dev/shm")  # noqa: S108 - a new folder of its own in it


class Stage:
    """The server and the phones' script."""

    def __init__(self, server: Server, script: Path) -> None:
        self.server, self.script = server, script
        self.phones = Phones(script)

    def end(self) -> None:
        """End the phones' process."""
        self.phones.end()

    def play(self, script: Script) -> None:
        """Play the script; an exception says what is wrong. The phones begin anew after one."""
        try:
            Play(script, self.server, self.phones).perform()
        except BaseException:
            self.phones.end()
            self.phones = Phones(self.script)
            raise

    def fault(self, script: Script) -> str | None:
        """Return what is wrong with the run of the script, or nothing."""
        try:
            self.play(script)
        except Exception as error:  # noqa: BLE001 - every kind is a fault
            return f"{type(error).__name__}: {error}"
        return None

    def shortened(self, script: Script) -> Script:
        """Return a shorter script that fails in the same way."""
        kind = kind_of(self.fault(script))
        size = len(script.events) // 2
        while size:
            start = 0
            while start < len(script.events):
                less = replace(script, events=script.events[:start] + script.events[start + size :])
                if kind_of(self.fault(less)) == kind:
                    script = less
                else:
                    start += size
            size //= 2
        return script


def kind_of(fault: str | None) -> str | None:
    """Return what tells one fault from another: its first words that name nothing."""
    return fault and " ".join(re.sub(r"[^ ]*[\d{\[].*|\b[a-e]\b", "", fault).split()[:5])


@contextmanager
def stage(replaced: tuple[Replaced, ...] = ()) -> Iterator[Stage]:
    """Yield a stage whose phones have the faults."""
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        stack.callback(logging.disable, logging.NOTSET)
        place = MEMORY if MEMORY.is_dir() else None
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="minqing-", dir=place)))
        server = Server(folder)
        stack.callback(server.close)
        made = Stage(server, bundle(folder / "phones", replaced))
        stack.callback(made.end)
        yield made


def to_text(script: Script) -> str:
    """Return the script as JSON."""
    return json.dumps({"seed": script.seed, "phones": script.phones, "events": script.events})


def from_text(text: str) -> Script:
    """Return the script that the JSON holds."""
    return Script(**json.loads(text))
