"""`python -m tests.sync.simulation`: plays seeds until stopped, or one seed, or one script.

python -m tests.sync.simulation                 until stopped, from a new seed on
python -m tests.sync.simulation --from 1 --to 500
python -m tests.sync.simulation --script FILE   a script as a failed seed prints it
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import count
from pathlib import Path

from tests.sync.simulation.script import script_of
from tests.sync.simulation.stage import from_text, stage, to_text

EVERY = 10  # seconds between two lines


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Return the exit code: 1 where a seed failed."""
    parser = argparse.ArgumentParser(prog="simulation")
    parser.add_argument("--from", dest="first", type=int, default=int(time.time()) * 1000)
    parser.add_argument("--to", type=int)
    parser.add_argument("--script", type=Path)
    given = parser.parse_args()
    with stage() as place:
        if given.script:
            place.play(from_text(given.script.read_text()))
            return 0
        began = said = time.monotonic()
        seeds = count(given.first) if given.to is None else range(given.first, given.to + 1)
        for number, seed in enumerate(seeds, 1):
            script = script_of(seed)
            if (wrong := place.fault(script)) is not None:
                say(f"seed {seed} fails: {wrong}")
                say(f"again: python -m tests.sync.simulation --from {seed} --to {seed}")
                say(f"shortest: {to_text(place.shortened(script))}")
                return 1
            if time.monotonic() - said > EVERY:
                said = time.monotonic()
                say(f"{number} seeds, {number / (said - began):.1f} seeds/s")
        say(f"{number} seeds, {number / (time.monotonic() - began):.1f} seeds/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
