"""Real questionnaires are taken or refused with the row to mend; a hostile file harms nothing."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from server.core.errors import BadInput, TooMuch
from server.questionnaires.authoring import limits, running
from tests.server.forms import CHOICES, REAL, SURVEY, Rows, good, workbook

NAMES = sorted(path.name for path in REAL.glob("*.xlsx"))
# Of each, a place that its author has to mend.
REFUSED = {
    "msna-nigeria-2018-en-hausa.xlsx": ("choices", 562, "name", "B562"),
    "rhomis-core-v1.6.xlsx": ("choices", 67, "name", "D67"),
    "unhcr-koboloader-form.xls": ("choices", 160, "name", "B160"),
    "unhcr-xlsform-master.xlsx": ("survey", 29, "name", "B29"),
}
is_there = pytest.mark.skipif(not REAL.is_dir(), reason="the real questionnaires are not beside the project")


def made(content: bytes, name: str = "form.xlsx") -> dict[str, Any]:
    """Return what the worker, a process of its own, makes of the file."""
    return running.of_file(content, name)


@is_there
@pytest.mark.parametrize("name", NAMES)
def test_a_real_questionnaire_is_taken(name: str) -> None:
    result = made((REAL / name).read_bytes(), name)
    assert [one for one in result["findings"] if one["severity"] == "error"] == []
    assert result["xform"].startswith("<?xml")


@is_there
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_questionnaire_is_refused_with_the_place_to_mend(name: str) -> None:
    result = made((REAL / "refused" / name).read_bytes(), name)
    assert result["xform"] is None
    places = {(one["sheet"], one["row"], one["column"], one["cell"]) for one in result["findings"]}
    assert REFUSED[name] in places
    assert all(one["mend"] for one in result["findings"])


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", bytes(300 * 1024 * 1024))
    with pytest.raises(TooMuch):
        made(stream.getvalue())


def test_an_old_file_with_a_new_name_is_read_and_another_kind_is_refused() -> None:
    for content in (b"", b"%PDF-1.7", b"<html><table>", b"PK\3\4broken", b"type,name\ntext,a\n"):
        with pytest.raises(BadInput) as refused:
            made(content, "form.xls")
        assert refused.value.code in {"bad_file", "too_much"}


@is_there
def test_an_xls_that_is_named_xlsx_is_read() -> None:
    content = (REAL / "refused" / "unhcr-koboloader-form.xls").read_bytes()
    assert any(one["row"] == 160 for one in made(content, "form.xlsx")["findings"])


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooMuch, match="5 MB"):
        made(bytes(limits.MOST_BYTES + 1))


def test_columns_and_rows_of_nonsense_are_refused_with_a_reason() -> None:
    wide: Rows = [[f"废话{number}" for number in range(200)], *SURVEY]
    long: Rows = [["list_name", "name", "label"], *([["l", "v", "x"]] * 20_100)]
    codes = {one["code"] for one in made(good(survey=wide))["findings"]}
    assert {"too_much", "missing_column"} <= codes
    assert "too_much" in {one["code"] for one in made(good(choices=long))["findings"]}


def test_a_formula_without_a_result_is_found() -> None:
    stream = BytesIO(workbook(survey=SURVEY, choices=CHOICES))
    path = "xl/worksheets/sheet1.xml"
    out = BytesIO()
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(out, "w") as changed:
        for name in parts.namelist():
            text = parts.read(name)
            if name == path:
                text = re.sub(rb'<c r="C3"[^>]*><v>\d+</v></c>', b'<c r="C3"><f>A1&amp;B1</f></c>', text)
                assert b"<f>" in text
            changed.writestr(name, text)
    found = {(one["code"], one["cell"]) for one in made(out.getvalue())["findings"]}
    assert ("formula", "C3") in found


def test_an_entity_bomb_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(good())) as parts, zipfile.ZipFile(out, "w") as changed:
        for name in parts.namelist():
            text = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, tail = text.split(b"?>", 1)
                text = head + b'?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + tail
            changed.writestr(name, text)
    with pytest.raises(BadInput):
        made(out.getvalue())


def test_a_form_that_takes_too_long_ends_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS", 0.01)
    with pytest.raises(BadInput, match="太大或太复杂"):
        made(good())


def test_the_worker_sees_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@nowhere/x")
    assert set(running._surroundings(str(tmp_path))) == {  # noqa: SLF001 - what the process is given
        "PYTHONPATH",
        "TMPDIR",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONIOENCODING",
    }
