"""The phone's types of records are those of the server's schemas."""

from server.sync.typescript import FILE, source


def test_the_typescript_types_are_current() -> None:
    assert FILE.read_text("utf-8") == source(), "run: python -m server.sync.typescript"
