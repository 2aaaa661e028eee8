"""Draw the PNG icons from public/icon.svg with the Chromium of the tests; run after a change of it.

    .venv/bin/python pwa/icons/make.py

A maskable icon has no round corners and keeps its drawing within the inner 80 % (W3C manifest).
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

PUBLIC = Path(__file__).parent.parent / "public"
GROUND = "#24507a"
ICONS = {
    "icon-192.png": (192, 1.0, "transparent"),
    "icon-512.png": (512, 1.0, "transparent"),
    "icon-maskable-512.png": (512, 0.86, GROUND),
    "icon-180.png": (180, 1.0, GROUND),
}


def main() -> None:
    """Write each icon beside the SVG."""
    drawing = (PUBLIC / "icon.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (size, share, ground) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            edge = f"{share * 100}%"
            page.set_content(
                f"<body style='margin:0;height:100vh;display:grid;place-items:center;background:{ground}'>"
                f"<div style='width:{edge};height:{edge}'>{drawing}</div>"
            )
            page.screenshot(path=PUBLIC / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
