"""The simulation sees: each fault put into the real code is caught within its budget of seeds."""

from __future__ import annotations

import pytest

from tests.sync.simulation.mutants import MUTANTS, Mutant
from tests.sync.simulation.script import script_of
from tests.sync.simulation.stage import stage

BUDGET = 12  # seeds; each was found within 3


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one.name for one in MUTANTS])
def test_a_fault_of_the_engine_is_caught(mutant: Mutant) -> None:
    with stage(mutant.phone) as place, mutant.into_server():
        found = next((seed for seed in range(1, BUDGET + 1) if place.fault(script_of(seed))), None)
    assert found is not None, f"{mutant.name} goes unseen in {BUDGET} seeds"
