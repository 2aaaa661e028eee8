"""A short torture, and that its look at the database finds what is wrong (P3, P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from server.config import Config
from tests.live import LiveServer
from tests.torture.killing import Torture
from tests.torture.looking import look

if TYPE_CHECKING:
    from pathlib import Path

KILLS, DEVICES = 5, 8


def test_p3_nothing_acknowledged_is_lost_or_applied_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data", extra={"WEB_CONCURRENCY": "2"})
    torture = Torture(server, DEVICES, KILLS, seed=20261124)
    found = torture.run(print)
    assert found.wrong == []
    assert found.acknowledged > DEVICES * KILLS
    for tampering, list_of in (
        ("DELETE FROM op WHERE op_id = (SELECT max(op_id) FROM op WHERE rev > 1)", "lost"),
        ("UPDATE record SET rev = rev + 1 WHERE id = (SELECT max(rid) FROM op WHERE rev = 1)", "twice"),
        ("UPDATE record SET fields = '{}' WHERE id = (SELECT max(rid) FROM op WHERE rev = 1)", "differing"),
    ):
        execute(server, tampering)
        found = look(server, torture.devices)
        assert getattr(found, list_of), tampering
        assert found.unproven, tampering


def execute(server: LiveServer, statement: str) -> None:
    """Change the database behind the server's back."""
    engine = create_engine(Config.from_environment(server.environment).database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
