"""50,000 records on one phone: how fast its engine applies them, and whether lists and search stay fast."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest.mock import patch

from playwright.sync_api import sync_playwright

from tests.bench.communities import grid_of_cadre, one_grid
from tests.bench.diaries import diary
from tests.bench.phone import (
    SCRIPT,
    THROTTLE,
    cold_start,
    diary_forms,
    first_sync,
    keystrokes,
    offline_phone,
)
from tests.bench.table import Row
from tests.e2e.walking import first_page
from tests.live import LiveServer, live_server, open_phone

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Playwright

HOUSEHOLDS, DIARIES = 10_000, 40_000
AT_A_TIME = 10_000
# How many records the engine stored, as it counts them itself.
HELD = """async () => {
  const name = (await indexedDB.databases()).map((each) => each.name).find((n) => n.startsWith('minqing:'));
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const scopes = await new Promise((resolve, reject) => {
    const request = db.transaction('scopes').objectStore('scopes').getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  db.close();
  return scopes.flatMap(({types}) => Object.values(types))
    .flatMap(({chunks}) => chunks).reduce((sum, [, lines]) => sum + lines, 0);
}"""


def full_grid(data: Path) -> Path:
    """Return the folder, with cadre01's grid filled up to 10,000 households and 40,000 diary entries."""
    one_grid(data, HOUSEHOLDS)
    with patch.dict(os.environ, LiveServer(data).environment):
        from server.app import create_app  # noqa: PLC0415 - reads the environment
        from server.core.database import writing  # noqa: PLC0415
        from server.core.ids import new_id  # noqa: PLC0415
        from server.sync.system import Write, write_records  # noqa: PLC0415

        with create_app().app_context():
            for start in range(0, DIARIES, AT_A_TIME):
                with writing() as session:
                    cadre, scope = grid_of_cadre(session)
                    write_records(
                        session,
                        cadre,
                        [
                            Write("diary_entry", new_id(), scope, "create", diary(number))
                            for number in range(start, start + AT_A_TIME)
                        ],
                    )
    return data


def applied(play: Playwright, server: LiveServer, profile: Path) -> list[Row]:
    """Return how many rows a second the engine applies while the page is slowed down."""
    context = open_phone(play, profile)
    context.add_init_script(path=SCRIPT)
    page = first_page(context)
    longest = first_sync(context, server, THROTTLE)
    held = page.evaluate(HELD)
    took, away = page.evaluate("[bench.synced - bench.asked, bench.away]")
    context.close()
    note = f"{held:,} records in {(took - away) / 1000:.1f} s, {away / 1000:.1f} s more on the line"
    return [
        Row("records applied a second, 4x", held / (took - away) * 1000, 2000, "/s", least=True, note=note),
        Row("longest task of a first sync of 50,000 records, 4x", longest, 200, "ms"),
    ]


def rows(folder: Path) -> list[Row]:
    """Return the figures of a phone with very many records."""
    with sync_playwright() as play, live_server(full_grid(folder / "full")) as server:
        found = applied(play, server, folder / "profile-full")
        context = offline_phone(play, server, folder / "profile-full-offline")
        found.append(cold_start(context, server, HOUSEHOLDS + DIARIES, 3.5, what="records"))
        found += keystrokes(context, server, "50,000 records")
        found += diary_forms(context, server)
        context.close()
    return found
