"""Starting the worker for one form, and waiting for it within limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from tempfile import TemporaryDirectory
from typing import Any

from server.core.errors import BadInput, MinqingError, TooMuch, Unavailable
from server.questionnaires.authoring.limits import MOST_BYTES

SECONDS = 60
WAIT_SECONDS = 20
AT_ONCE = 2  # in this process, so that forms never take all of a small machine
_COMMAND = (sys.executable, "-m", "server.questionnaires.authoring.worker")
_places = threading.BoundedSemaphore(AT_ONCE)


def of_file(content: bytes, name: str) -> dict[str, Any]:
    """Return what the worker makes of a file; see `making.Made.as_json`."""
    if len(content) > MOST_BYTES:
        message = f"文件超过 {MOST_BYTES // 1024 // 1024} MB。请删除图片和多余的工作表, 长选项表放到外部文件"
        raise TooMuch(message, field="file", limit=MOST_BYTES)
    return _run({"name": name}, content)


def of_rows(rows: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what the worker makes of rows."""
    return _run({"name": name, "rows": rows}, b"")


def _run(asked: dict[str, Any], content: bytes) -> dict[str, Any]:
    if not _places.acquire(timeout=WAIT_SECONDS):
        message = "正在处理其他问卷, 请稍后再试"
        raise Unavailable(message, retry_after=WAIT_SECONDS)
    try:
        result: dict[str, Any] = json.loads(_output(json.dumps(asked).encode() + b"\n" + content))
    finally:
        _places.release()
    if refused := result.get("refused"):
        kinds: dict[int, type[MinqingError]] = {413: TooMuch}
        raise kinds.get(refused["status"], BadInput)(refused["message"], code=refused["code"], field="file")
    return result


def _output(sent: bytes) -> bytes:
    """Return what the worker writes; its temporary files go with their folder, also when it is killed."""
    with TemporaryDirectory(prefix="minqing-form-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, nothing of the request in the command
                _COMMAND,
                input=sent,
                capture_output=True,
                timeout=SECONDS,
                env=_surroundings(folder),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_hard() from error
    if done.returncode != 0:
        raise _too_hard()
    return done.stdout


def _surroundings(folder: str) -> dict[str, str]:
    """Return the worker's environment: where the code lies, and nothing that is secret."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TMPDIR": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _too_hard() -> BadInput:
    message = "这份表格太大或太复杂, 处理不了。请删除多余的行列和工作表, 或分成几份问卷"
    return BadInput(message, code="too_complex", field="file")
