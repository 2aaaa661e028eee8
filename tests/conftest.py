"""What every browser test needs: Playwright, started once, since two cannot live in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Playwright


@pytest.fixture(scope="session")
def play() -> Iterator[Playwright]:
    """Yield Playwright."""
    with sync_playwright() as started:
        yield started
