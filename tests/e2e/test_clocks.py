"""Days are those of China by the server's clock, whatever the phone's clock and zone say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.walking import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.live import LiveServer

CHINA = timezone(timedelta(hours=8))


@pytest.mark.pitfall("clocks")
@pytest.mark.parametrize(("zone", "days"), [("America/New_York", 40), ("Pacific/Kiritimati", -3650)])
def test_days_do_not_follow_the_phone(
    shared_server: LiveServer, plain_browser: Browser, zone: str, days: int
) -> None:
    due = {}
    for name, shift in (("right", 0), ("wrong", days)):
        context = plain_browser.new_context(
            locale="zh-CN", timezone_id=zone if shift else "Asia/Shanghai", service_workers="allow"
        )
        context.clock.install(time=datetime.now(UTC) + timedelta(days=shift))
        page = context.new_page()
        sign_in(page, shared_server.url, "cadre01")
        due[name] = page.get_by_role("main").get_by_text("本月到点").first.inner_text()
        page.goto(f"{shared_server.url}/diary/new")
        today = datetime.now(UTC).astimezone(CHINA).date()
        expect(page.get_by_label("走访日期")).to_have_value(today.isoformat())
        context.close()
    assert due["wrong"] == due["right"]
