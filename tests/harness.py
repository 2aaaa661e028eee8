"""A build of the app whose page /harness opens any form, and a server for it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.live import ROOT, LiveServer, live_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HARNESS = ROOT / "pwa" / "dist-harness"
READY = "() => window.__ready === true"

needs_harness = pytest.mark.skipif(
    not (HARNESS / "index.html").exists(),
    reason="the harness isn't built: make pwa/dist-harness/index.html",
)


@contextmanager
def serving_forms(data: Path, files: Iterable[Path]) -> Iterator[LiveServer]:
    """Yield a server of the harness with the files at /forms/, every header as in production."""
    app = data / "app"
    shutil.copytree(HARNESS, app)
    (app / "forms").mkdir()
    for file in files:
        shutil.copy(file, app / "forms" / file.name)
    LiveServer(data).minqing("db", "upgrade")
    with live_server(data, MINQING_STATIC=str(app)) as server:
        yield server


def address(server: LiveServer, name: str, more: str = "") -> str:
    """Return the address of the page that shows the form of that file name."""
    return f"{server.url}/harness?harness=1&form=/forms/{name}{more}"
