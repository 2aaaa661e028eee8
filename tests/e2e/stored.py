"""What the phone's and the server's databases hold, read past the app."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.live import LiveServer

COUNT_DIARIES = """SELECT count(*) FROM record
  WHERE type = 'diary_entry' AND json_extract(CAST(fields AS TEXT), '$.narrative') = ?"""
READ_PHONE = """async () => {
  const name = (await indexedDB.databases()).map((each) => each.name).find((n) => n.startsWith('minqing:'));
  if (!name) return {ops: [], drafts: []};
  const db = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const all = (store) => new Promise((resolve, reject) => {
    const request = db.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const found = {ops: await all('ops'), drafts: await all('drafts')};
  db.close();
  return found;
}"""


def on_phone(page: Page) -> tuple[list[str], list[str]]:
    """Return the narratives of the unsent ops and those of the drafts."""
    found: dict[str, list[dict[str, Any]]] = page.evaluate(READ_PHONE)
    sent = [op["set"]["narrative"] for op in found["ops"] if "narrative" in op.get("set", {})]
    return sent, [draft["fields"].get("narrative", "") for draft in found["drafts"]]


def on_server(server: LiveServer, text: str) -> int:
    """Return how many diaries of the server hold exactly this narrative."""
    with sqlite3.connect(f"file:{server.data / 'minqing.sqlite3'}?mode=ro", uri=True) as db:
        (count,) = db.execute(COUNT_DIARIES, (text,)).fetchone()
    db.close()
    return int(count)
