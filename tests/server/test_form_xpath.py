"""Expressions are read as the engine of the phone reads them: cases and functions are shared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.questionnaires.authoring import xpath

CASES = json.loads(Path(__file__).with_name("xpath_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("text", CASES["read"])
def test_it_reads(text: str) -> None:
    assert isinstance(xpath.read(text), xpath.Expression)


@pytest.mark.parametrize("text", CASES["refused"])
def test_it_refuses(text: str) -> None:
    with pytest.raises(xpath.XPathError):
        xpath.read(text)


def test_it_says_what_is_called_and_referred_to() -> None:
    read = xpath.read("if(${a} > 1, concat('${no}', ${b}), instance('l')/root/item[name = ${c}]/label)")
    assert read.references == ["a", "b", "c"]
    assert {(call.name, call.count) for call in read.calls} == {("if", 3), ("concat", 2)}
