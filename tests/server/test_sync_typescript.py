"""The phone's types of records are those of the server's schemas."""

from server.sync.typescript import sources


def test_the_typescript_types_are_current() -> None:
    for file, text in sources().items():
        assert file.read_text("utf-8") == text, "run: python -m server.sync.typescript"
