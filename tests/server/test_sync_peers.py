"""The cases in which others lose data, as they have published them: here nobody does.

Each description in sync/vectors/peers.json names who loses what, and where that is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.server.databases import config
from tests.server.plays import Play
from tests.sync.test_vectors import vectors

if TYPE_CHECKING:
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

__all__ = ["config"]


@pytest.mark.parametrize("vector", vectors("peers"))
def test_p_what_others_lose_is_there(vector: dict[str, Any], sign_in: SignIn, org: Organisation) -> None:
    play = Play(vector["given"], sign_in, org)
    play.run()
    expected = vector["result"]
    readers = expected.get("readers", play.phones)
    for phone in (play.phones[name] for name in readers):
        held = {name: phone.records[play.ids[name]] for name in expected["records"]}
        for name, fields in play.numbered(expected["records"], 0).items():
            assert held[name]["f"].items() >= fields.items()
        for name, rev in expected.get("revs", {}).items():
            assert phone.records[play.ids[name]]["rev"] == rev
        for name, author in expected.get("authors", {}).items():
            account = vector["given"]["accounts"][author]
            assert phone.records[play.ids[name]]["by"] == org.accounts[account]
        for record_type, count in expected.get("counts", {}).items():
            assert len(phone.of_type(record_type)) == count
        assert len(phone.of_type("conflict")) == expected["conflicts"]
    assert {name: len(play.phones[name].outbox) for name in expected["unsent"]} == expected["unsent"]
    for name, settled in expected.get("settled", {}).items():
        refused = play.phones[name].of_type("quarantine")
        assert [one["f"].get("settled") for one in refused] == settled
