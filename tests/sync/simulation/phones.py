"""The process of the phones: commands and their answers, with the phones' requests in between."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


class PhoneError(Exception):
    """A command failed on the phone; `code` is that of a storage error."""

    def __init__(self, text: str, code: str | None) -> None:
        super().__init__(text)
        self.code = code


class Phones:
    """Node with the bundled script. `line` answers a phone's request; None is a dead line."""

    def __init__(self, script: Path) -> None:
        node = shutil.which("node") or "node"
        self.process = subprocess.Popen([node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own script
        self.line: Callable[[str, str], Json | None] = lambda _phone, _body: None
        self.dead: set[str] = set()
        self.last = 0

    def end(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()

    def tell(self, do: str, phone: str = "", **members: Any) -> Any:  # noqa: ANN401 - of the command
        """Return what the command results in; requests of the phones are answered meanwhile.

        PhoneError where it failed. `dead` then says whether the phone died of it.
        """
        self.last += 1
        mine = self.last
        self.say({"id": mine, "do": do, "phone": phone} | members)
        while "ask" in (heard := self.hear()):
            self.say({"answers": heard["ask"], "reply": self.line(heard["phone"], heard["body"])})
        assert heard["id"] == mine
        (self.dead.add if heard["dead"] else self.dead.discard)(phone)
        if "error" in heard:
            raise PhoneError(heard["error"], heard["code"])
        return heard["result"]

    def say(self, message: Json) -> None:
        """Write a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> Json:
        """Return the next line; EOFError where node has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise EOFError("the phones' process has ended")
        heard: Json = json.loads(line)
        return heard
