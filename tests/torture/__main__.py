"""`make torture [TORTURE="--kills 100 --devices 50 --seed 1"]`: kill -9 under load, on both databases."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.postgres import UNUSABLE, is_usable
from tests.torture.killing import torture_postgresql, torture_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.looking import Findings


def main() -> None:
    """Run on both databases, print what was found, and fail where anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=110)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()

    def sqlite() -> Findings:
        with TemporaryDirectory(prefix="minqing-torture-") as folder:
            return torture_sqlite(Path(folder), asked.devices, asked.kills, asked.seed, say)

    def postgresql() -> Findings:
        return torture_postgresql(asked.devices, asked.kills, asked.seed, say)

    runs: dict[str, Callable[[], Findings]] = {"sqlite": sqlite, "postgresql": postgresql}
    chosen = [asked.only] if asked.only else [name for name in runs if name == "sqlite" or is_usable()]
    if not asked.only and len(chosen) < len(runs):
        say(UNUSABLE)
    found = [report(name, runs[name], asked.kills) for name in chosen]
    sys.exit(0 if all(found) else 1)


def report(name: str, run: Callable[[], Findings], kills: int) -> bool:
    """Return whether all was well, after printing the figures."""
    began = time.monotonic()
    found = run()
    say(
        f"{name}: {kills} kills in {time.monotonic() - began:.0f} s; {found.sent} ops written, "
        f"{found.acknowledged} acknowledged {dict(found.statuses)}; {len(found.lost)} lost, "
        f"{len(found.twice)} applied twice, {len(found.differing)} differing, {len(found.refused)} refused; "
        f"minqing verify finds {len(found.unproven)} wrong"
    )
    for line in found.wrong[:20]:
        say(f"  {line}")
    return not found.wrong


def say(line: str) -> None:
    """Print the line at once."""
    print(line, flush=True)  # noqa: T201 - its output


if __name__ == "__main__":
    main()
