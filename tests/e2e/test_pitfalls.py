"""The table in README.md: every pitfall of the browser platform, and the tests that prove it."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent.parent
TABLE = Path(__file__).with_name("README.md")


def marked() -> dict[str, list[str]]:
    """Return the names of the marked tests by pitfall, as the sources have them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted([*TESTS.glob("e2e/test_*.py"), *TESTS.glob("pwa/test_*.py")]):
        for node in ast.parse(file.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.pitfall":
                    found[ast.literal_eval(mark.args[0])].append(f"{file.stem}::{node.name}")
    return dict(found)


def written() -> dict[str, list[str]]:
    """Return the rows of the table."""
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {pitfall: tests.replace("`", "").split("<br>") for pitfall, tests in rows}


def test_every_pitfall_has_its_test_and_the_table_says_which() -> None:
    assert written() == marked()
