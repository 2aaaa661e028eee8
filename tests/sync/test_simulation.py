"""The real phones and the real server under seeded scripts: the promise holds (see simulation/)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sync.simulation.script import script_of
from tests.sync.simulation.stage import from_text, stage, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sync.simulation.stage import Stage

SEEDS = int(os.environ.get("MINQING_SEEDS", "100"))  # about a minute where nothing else runs
FAILED = Path(__file__).parent / "failed"  # scripts that once failed, cut down


@pytest.fixture(scope="module")
def place() -> Iterator[Stage]:
    """Yield the stage of all runs."""
    with stage() as opened:
        yield opened


def test_the_promise_holds_in_every_seed(place: Stage) -> None:
    for seed in range(1, SEEDS + 1):
        script = script_of(seed)
        if (wrong := place.fault(script)) is not None:
            again = f"again: python -m tests.sync.simulation --from {seed} --to {seed}"
            pytest.fail(f"seed {seed}: {wrong}\n{again}\nshortest: {to_text(place.shortened(script))}")


@pytest.mark.parametrize("path", sorted(FAILED.glob("*.json")), ids=lambda path: path.stem)
def test_a_script_that_once_failed(place: Stage, path: Path) -> None:
    place.play(from_text(path.read_text()))
