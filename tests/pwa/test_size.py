"""The size budgets of the built app, in bytes of gzip as the server sends them at the least."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.harness import HARNESS, needs_harness
from tests.pwa.conftest import DIST, FOREIGN, needs_build

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_build

KB = 1000
FIRST_ROUTE = 60 * KB
WORKER = 15 * KB
ALL_ROUTES = 120 * KB
# What is loaded when a person asks for it: conflicts, versions, carried files; taking photos.
RARE = ("settle", "photos")
ALL_RARE = 24 * KB
# A questionnaire that is filled in: the engine, every kind of question, its pages, texts and seal.
SURVEY = "survey"
FORM = 45 * KB
SEAL = 7 * KB
# What writes questionnaires: an office's page, beside the phones' own.
AUTHORING = ("authoring", "rounds")
ALL_AUTHORING = 25 * KB
PRECACHE = 400 * KB


def gzipped(files: list[Path]) -> int:
    """Return the sum of the files' sizes, each packed by itself."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def brotlied(files: list[Path]) -> int:
    """Return the sum of the files' sizes as a browser of today is sent them."""
    return sum(
        packed.stat().st_size
        if (packed := file.with_name(file.name + ".br")).exists()
        else file.stat().st_size
        for file in files
    )


def code_files() -> list[Path]:
    """Return every script and style sheet of the app, in its default language, without the worker."""
    scripts = [*DIST.glob("assets/*.js"), *DIST.glob("assets/*.css"), DIST / "boot.js"]
    return [file for file in scripts if not re.match(r"(.*\.)?en-", file.name)]


def chunks_in(file: Path) -> dict[str, list[str]]:
    """Return the chunks of a script with those that each needs, as build/classicScripts.ts writes them."""
    quoted = r"""["'`]([^"'`]+\.js)["'`]"""
    chunks = re.findall(rf"minqingChunk\({quoted},\s*\[([^\]]*)\]", file.read_text("utf-8"))
    return {name: re.findall(quoted, needs) for name, needs in chunks}


def imported(file: Path) -> set[Path]:
    """Return the script and all that it needs before it runs."""
    holder = {name: script for script in DIST.glob("assets/*.js") for name in chunks_in(script)}
    found: set[Path] = set()
    todo = [file]
    while todo:
        script = todo.pop()
        if script not in found:
            found.add(script)
            todo += [holder[name] for needs in chunks_in(script).values() for name in needs]
    return found


def first_route_files() -> list[Path]:
    """Return what a person's very first page loads: the frame and 登录."""
    page = (DIST / "index.html").read_text("utf-8")
    named = [DIST / path for path in re.findall(r'(?:src|href)="/([^"]+\.(?:js|css))"', page)]
    (login,) = DIST.glob("assets/login-*.js")
    scripts = [file for file in [*named, login] if file.suffix == ".js"]
    styles = [file for file in named if file.suffix == ".css"]
    return sorted({part for script in scripts for part in imported(script)} | set(styles))


def precached() -> list[Path]:
    """Return the files that the worker stores when it is installed."""
    worker = (DIST / "sw.js").read_text("utf-8")
    urls = re.findall(r"url:\s*[\"'`]/([^\"'`]+)[\"'`]", worker)
    return [DIST / url for url in urls]


def test_the_first_route_is_at_most_60_kb() -> None:
    assert gzipped(first_route_files()) <= FIRST_ROUTE


def test_the_worker_is_at_most_15_kb() -> None:
    assert gzipped([DIST / "sw.js"]) <= WORKER


def is_rare(file: Path) -> bool:
    """Return whether no page loads the script by itself."""
    return file.name.startswith(RARE)


def is_survey(file: Path) -> bool:
    """Return whether only who fills in a questionnaire loads the file."""
    return file.name.startswith((SURVEY, "questionnaire"))


def is_authoring(file: Path) -> bool:
    """Return whether only who writes questionnaires, or manages rounds of them, loads the script."""
    return file.name.startswith(AUTHORING)


def test_all_routes_are_at_most_120_kb() -> None:
    others = (is_rare, is_survey, is_authoring)
    daily = [file for file in code_files() if not any(is_other(file) for is_other in others)]
    assert brotlied(daily) <= ALL_ROUTES


def test_writing_questionnaires_takes_at_most_25_kb_and_is_never_loaded_before() -> None:
    files = [file for file in code_files() if is_authoring(file)]
    assert files
    assert brotlied(files) <= ALL_AUTHORING
    pages = [file for file in DIST.glob("assets/*.js") if not is_authoring(file)]
    assert not any(is_authoring(part) for file in pages for part in imported(file))


def test_filling_in_a_questionnaire_takes_at_most_45_kb() -> None:
    files = [file for file in code_files() if is_survey(file)]
    seal = [file for file in files if file.name.startswith("surveyseal")]  # at 提交, to make it anonymous
    assert seal
    assert brotlied(seal) <= SEAL
    assert brotlied([file for file in files if file not in seal]) <= FORM


@needs_harness
def test_filling_in_a_form_is_at_most_45_kb_with_its_style() -> None:
    scripts = list((HARNESS / "assets").glob(f"{SURVEY}-*.js"))
    styles = list((HARNESS / "assets").glob("*.css"))
    assert scripts
    assert styles
    assert brotlied([*scripts, *styles]) <= FORM


def test_what_is_rarely_needed_is_at_most_24_kb_and_never_loaded_before() -> None:
    assert brotlied([file for file in code_files() if is_rare(file)]) <= ALL_RARE
    pages = [file for file in DIST.glob("assets/*.js") if not is_rare(file)]
    assert pages
    assert not any(is_rare(part) for file in pages for part in imported(file))


def test_what_the_worker_stores_is_at_most_400_kb() -> None:
    assert gzipped(precached()) <= PRECACHE


def test_the_worker_stores_every_page_and_no_packed_twin() -> None:
    stored = {str(file.relative_to(DIST)) for file in precached()}
    wanted = {f"assets/{file.name}" for kind in ("js", "css") for file in DIST.glob(f"assets/*.{kind}")}
    assert wanted | {"index.html", "boot.js", "manifest.webmanifest", "icon.svg"} <= stored
    assert not any(name.endswith((".br", ".gz", "sw.js")) for name in stored)


@pytest.mark.parametrize("suffix", [".br", ".gz"])
def test_every_text_file_has_a_packed_twin(suffix: str) -> None:
    texts = [file for kind in ("js", "css", "html") for file in DIST.rglob(f"*.{kind}")]
    large = [file for file in texts if file.stat().st_size >= 256]
    assert large
    assert [file.name for file in large if not file.with_name(file.name + suffix).exists()] == []


def test_no_foreign_host_and_nothing_inline() -> None:
    page = (DIST / "index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page)
    for file in [*code_files(), DIST / "index.html", DIST / "sw.js"]:
        assert set(FOREIGN.findall(file.read_text("utf-8"))) == set(), file.name


def test_the_manifest_names_icons_that_exist() -> None:
    manifest = json.loads((DIST / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["name"] == "民情日记"
    assert (manifest["display"], manifest["lang"]) == ("standalone", "zh-CN")
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
    assert [icon["src"] for icon in manifest["icons"] if not (DIST / icon["src"][1:]).exists()] == []
