"""An app of before under a server of today: what it doesn't know does it no harm (P15, L5)."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.stored import on_server
from tests.e2e.walking import (
    SYNC_MS,
    diary_from_a_household,
    expect_offline,
    expect_synced,
    first_page,
    go,
    save,
    sign_in,
)

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.e2e.conftest import OpenBrowser
    from tests.live import LiveServer

OLD_SCHEMA = 1
# A record of a type that the old app has never heard of, as a later server may have one.
LATER = {
    "type": "later_type", "id": "019ab500-0000-7000-8000-00000000000f", "rev": 1, "s": {},
    "by": "019ab500-0000-7000-8000-000000000001", "at": "2026-11-24T01:00:00.000Z", "f": {"words": "以后的"},
}  # fmt: skip


def as_of_before(route: Route) -> None:
    """Send the request as an app of the first schema, and answer as a server of a later one."""
    request = route.request
    body = request.post_data_buffer or b""
    packed = request.headers.get("content-encoding") == "gzip"
    asked = json.loads(gzip.decompress(body) if packed else body)
    asked["schema"] = OLD_SCHEMA
    del asked["wall"]
    text = json.dumps(asked, ensure_ascii=False).encode()
    answer = route.fetch(post_data=gzip.compress(text) if packed else text)
    content = answer.json()
    content["later"] = {"member": 1}
    for page in content.get("scopes", []):
        page["later"] = True
        for entry in page["entries"]:
            entry["later"] = [1]
        if page["id"].startswith("grid:") and page["from"] < page["to"]:
            page["entries"].append({**LATER, "seq": page["to"]})
    route.fulfill(response=answer, json=content)


def test_an_old_app_goes_on_under_a_newer_server(
    shared_server: LiveServer, phone: OpenBrowser, tmp_path: Path
) -> None:
    context = phone("old")
    context.route("**/api/sync", as_of_before)
    page = first_page(context)
    sign_in(page, shared_server.url, "cadre01")
    first, second = (f"{word}版本写的。{tmp_path.name}" for word in ("旧", "还是旧"))
    diary_from_a_household(page, 0, first)
    save(page)
    expect_synced(page)
    assert on_server(shared_server, first) == 1
    context.set_offline(True)
    page.reload()
    go(page, "住户")
    expect(page.get_by_role("main").get_by_role("listitem").nth(5)).to_be_visible(timeout=SYNC_MS)
    diary_from_a_household(page, 1, second)
    save(page)
    expect_offline(page, 1)
    context.set_offline(False)
    expect_synced(page)
    assert on_server(shared_server, second) == 1
