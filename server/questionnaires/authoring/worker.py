"""`python -m server.questionnaires.authoring.worker`: reads, checks and converts one form, and ends.

It is a process of its own, so that a spreadsheet made to exhaust the server exhausts only this one:
its memory and its time are limited before the first byte is read. In: a line of JSON, then, for a
file, its bytes. Out: one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 40
FILE = 64 * 1024 * 1024  # pyxform and openpyxl write through temporary files


def limit() -> None:
    """Limit memory, time, and the size of files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return what was read, found and made; `xform` is null where there is an error."""
    # Loaded when the limits stand.
    from server.core.errors import MinqingError  # noqa: PLC0415
    from server.questionnaires.authoring import making  # noqa: PLC0415

    try:
        return making.made(asked, content).as_json()
    except MinqingError as error:
        return {"refused": {"status": error.status, "code": error.code, "message": error.message}}


def main() -> None:
    """Answer one request on standard input."""
    limit()
    asked = json.loads(sys.stdin.buffer.readline())
    result = answer(asked, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(result, ensure_ascii=False).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
