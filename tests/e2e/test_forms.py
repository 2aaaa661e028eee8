"""Questionnaires in a real browser: answers typed in end as JavaRosa ends; bad forms do no harm."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PICTURES
from tests.harness import READY, address, needs_harness, serving_forms
from tests.live import ACTION_MS, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.live import LiveServer

pytestmark = needs_harness

OWN = ROOT / "pwa" / "src" / "xforms" / "javarosa"
ORACLE = ROOT.parent / "shared" / "oracle"
# Repeats and counts, relevance, choices from lists, ranges, constraints, actions.
SHARED = (
    "ek_thedata",
    "ek_nested_repeats_triple",
    "ek_repeat-count-relevant",
    "ek_group-relevant-indexed-repeat",
    "jr_external-select-csv",
    "jr_range-form",
    "wf_numeric-value-types",
    "wf_template-repeat-alt",
)
VOLATILE = re.compile(r"instanceID|/start|/end|today")
HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> [x](javascript:window.hit=1) **b**'
AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "() => axe.run().then((found) => found.violations.map(({ id }) => id))"


def without_firsts(reference: str) -> str:
    """Return the reference as the page writes it: a first instance has no number."""
    return reference.replace("[1]", "")


def form_of(instance: str, binds: str, body: str) -> str:
    """Return a form in XML."""
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance>'
        f'<data id="t">{instance}</data></instance>{binds}</model></h:head><h:body>{body}</h:body></h:html>'
    )


def escaped(text: str) -> str:
    """Return the text as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def bad_forms() -> dict[str, str]:
    """Return forms that mean harm, or that nobody can fill in, by file name."""
    label = escaped(HOSTILE)
    nodes = "".join(f"<n{at}/>" for at in range(3))
    doctype = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(9))
    return {
        "hostile.xml": form_of(
            "<a/><b/>",
            f'<bind nodeset="/data/b" constraint=". = 1" jr:constraintMsg="{label}"/>',
            f'<input ref="/data/a"><label>{label}</label><hint>{label}</hint></input>'
            '<input ref="/data/b"><label>b</label></input>'
            f'<select1 ref="/data/a"><item><label>{label}</label><value>1</value></item></select1>',
        ),
        "entities.xml": f"<!DOCTYPE a [{doctype}]>" + form_of("<a>&l8;</a>", "", '<input ref="/data/a"/>'),
        "parentheses.xml": form_of(
            "<a/>", f'<bind nodeset="/data/a" calculate="{"(" * 9999}1{")" * 9999}"/>', ""
        ),
        "circle.xml": form_of(
            nodes,
            "".join(f'<bind nodeset="/data/n{at}" calculate="/data/n{(at + 1) % 3}"/>' for at in range(3)),
            "",
        ),
        "million.xml": form_of(
            "<n/><r><x/></r>",
            '<bind nodeset="/data/n" type="int"/>',
            '<input ref="/data/n"><label>n</label></input><repeat nodeset="/data/r" jr:count="/data/n">'
            '<input ref="/data/r/x"><label>x</label></input></repeat>',
        ),
        "huge.xml": form_of("<a/>", "", f'<input ref="/data/a"><label>{"长" * 7_000_000}</label></input>'),
    }


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Yield a server of our own forms, of bad ones, and of those beside the project where they are there."""
    folder = tmp_path_factory.mktemp("forms")
    for name, xml in bad_forms().items():
        (folder / name).write_text(xml, "utf-8")
    files = [*OWN.glob("*.xml"), *folder.glob("*.xml"), *(ORACLE / "forms").glob("*.*")]
    with serving_forms(tmp_path_factory.mktemp("served") / "data", files) as server:
        yield server


@pytest.fixture
def show(plain_browser: Browser, forms: LiveServer) -> Iterator[Callable[..., Page]]:
    """Yield a function that opens a form and fails the test for what the browser complains about."""
    context = plain_browser.new_context(
        viewport={"width": 360, "height": 740}, locale="zh-CN", timezone_id="UTC"
    )
    context.set_default_timeout(ACTION_MS)
    complaints: list[str] = []

    def open_page(name: str, more: str = "") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        page.goto(address(forms, name, more))
        page.wait_for_function(READY)
        return page

    yield open_page
    context.close()
    assert complaints == []


def question(page: Page, reference: str) -> Locator:
    """Return the question's element."""
    return page.locator(f'[data-ref="{without_firsts(reference)}"]').first


def answer(page: Page, reference: str, value: str) -> None:
    """Answer as a person would, by the native control."""
    asked = question(page, reference)
    control = asked.locator("input, select, textarea").first
    kind = control.evaluate("(one) => one.type")
    if kind == "radio":
        asked.locator(f'input[value="{value}"]').check()
    elif kind == "checkbox":
        for box in asked.locator("input[type=checkbox]").all():
            box.set_checked(box.get_attribute("value") in value.split())
    elif kind == "select-one":
        control.select_option(value)
    else:
        control.fill(value)


def leaves(xml: str) -> dict[str, str]:
    """Return the text of each leaf of a submission by its reference, first instances without numbers."""
    found: dict[str, str] = {}

    def walk(element: ET.Element, path: str) -> None:
        seen: dict[str, int] = {}
        for child in element:
            name = child.tag.split("}")[-1]
            seen[name] = seen.get(name, 0) + 1
            walk(child, f"{path}/{name}" + (f"[{seen[name]}]" if seen[name] > 1 else ""))
        if len(element) == 0:
            found[path] = element.text or ""

    root = ET.fromstring(xml.partition("?>")[2].encode())  # noqa: S314 - our own
    walk(root, f"/{root.tag.split('}')[-1]}")
    return found


def same(one: str, other: str) -> bool:
    """Return whether both are the same text or number."""
    try:
        return abs(float(one) - float(other)) < 1e-6
    except ValueError:
        return one.strip() == other.strip()


def fill(page: Page, fill: dict[str, Any]) -> list[str]:
    """Give all answers and return what differs from JavaRosa's end state."""
    refused = {reference for _, reference, _, outcome in fill["steps"] if outcome != "OK"}
    wrong = []
    for _, reference, value, outcome in fill["steps"]:
        answer(page, reference, value)
        if (
            outcome == "CONSTRAINT_VIOLATED"
            and question(page, reference).locator(".field-error").count() == 0
        ):
            wrong.append(f"{reference}: {value} isn't refused")
    got = leaves(page.evaluate("() => window.__bench.serialize()"))
    for reference, value, relevant in fill["leaves"]:
        if VOLATILE.search(reference) or reference in refused:
            continue
        found = got.get(without_firsts(reference))
        if relevant == "0" and found is not None:
            wrong.append(f"{reference} should be left out")
        if relevant == "1" and not same(found or "", value):
            wrong.append(f"{reference}: {found}, not {value}")
    return wrong


@pytest.mark.parametrize("name", sorted(file.stem for file in OWN.glob("*.json")))
def test_our_own_forms_end_as_javarosa_ends_them(show: Callable[..., Page], name: str) -> None:
    page = show(f"{name}.xml")
    assert fill(page, json.loads((OWN / f"{name}.json").read_text("utf-8"))) == []


@pytest.mark.skipif(not ORACLE.exists(), reason="the recorded fills aren't there: ../shared/oracle")
@pytest.mark.parametrize("name", SHARED)
def test_recorded_fills_end_as_javarosa_ended_them(show: Callable[..., Page], name: str) -> None:
    page = show(f"{name}.xml")
    assert fill(page, json.loads((ORACLE / "fills" / f"{name}.json").read_text("utf-8"))) == []


def test_nothing_that_a_form_says_is_run_or_read_as_html(show: Callable[..., Page]) -> None:
    page = show("hostile.xml")
    question(page, "/data/b").locator("input").fill("22")
    expect(question(page, "/data/b").locator(".field-error")).to_contain_text("<script>")
    assert page.locator("main img, main script, main a").count() == 0
    assert page.locator("main strong").first.inner_text() == "b"
    assert page.evaluate("() => window.hit") is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("entities.xml", "document types are not read"),
        ("parentheses.xml", "nested too deeply"),
        ("circle.xml", "depend on each other in a circle"),
        ("huge.xml", "larger than"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_with_its_reason(
    show: Callable[..., Page], name: str, reason: str
) -> None:
    page = show(name)
    expect(page.get_by_role("alert")).to_contain_text("这份问卷打不开")
    expect(page.get_by_role("alert")).to_contain_text(reason)


def test_a_count_of_a_million_ends(show: Callable[..., Page]) -> None:
    page = show("million.xml")
    question(page, "/data/n").locator("input").fill("1000000")
    page.locator('[data-ref="/data/r[1000]/x"]').wait_for(state="attached")
    assert page.locator('[data-ref^="/data/r"]').count() == 1000


def test_screens_one_by_one_stop_at_what_is_missing(show: Callable[..., Page]) -> None:
    page = show("skip.xml")
    page.get_by_role("button", name="对话").click()
    page.get_by_role("button", name="下一步").or_(page.get_by_role("button", name="提交")).click()
    expect(page.get_by_text("这一题必须回答")).to_be_visible()
    expect(page.get_by_role("radio", name="是")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("textbox", name="谁").fill("户主")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="家里")).to_be_visible()
    page.get_by_role("textbox", name="几口人").fill("３")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("radio", name="否").check()
    page.get_by_role("button", name="提交").click()
    submitted = page.evaluate("() => window.__bench.submitted")
    assert {"/data/who": "户主", "/data/inside/people": "3", "/data/inside/old": "n"}.items() <= leaves(
        submitted
    ).items()


def test_the_first_mistake_gets_the_focus(show: Callable[..., Page]) -> None:
    page = show("limits.xml")
    page.get_by_role("textbox", name="年龄").fill("9")
    expect(page.get_by_text("太大")).to_be_visible()
    page.get_by_role("textbox", name="份").fill("abc")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("有 2 题")
    expect(page.get_by_role("textbox", name="年龄")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    expect(page.get_by_text("太大")).to_have_count(0)
    assert page.evaluate("() => window.__bench.submitted") is None


def test_the_language_changes_in_mid_form_and_answers_stay(show: Callable[..., Page]) -> None:
    page = show("tongues.xml")
    page.get_by_role("radio", name="不满意").check()
    expect(page.get_by_text("为什么不满意")).to_be_visible()
    page.get_by_role("combobox", name="语言").select_option("English (en)")
    expect(page.get_by_role("radio", name="no")).to_be_checked()
    expect(page.get_by_text("Content?")).to_be_visible()


def test_an_order_is_made_by_the_keyboard(show: Callable[..., Page]) -> None:
    page = show("matrix.xml")
    page.get_by_role("button", name="「差」下移").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "<order>2 3 1</order>" in page.evaluate("() => window.__bench.serialize()")


def test_repeats_grow_and_shrink(show: Callable[..., Page]) -> None:
    page = show("nested.xml")
    page.get_by_role("button", name="添加：户").click()
    page.get_by_role("textbox", name="门牌").nth(1).fill("2-101")
    page.get_by_role("button", name="删除：户 2").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_role("textbox", name="门牌")).to_have_count(1)
    expect(page.get_by_role("heading", name="人 1")).to_be_visible()


@pytest.mark.parametrize("name", ["skip", "limits", "cascade", "matrix", "nested", "tongues"])
@pytest.mark.parametrize("look", ["light", "dark", "large"])
def test_a_form_is_accessible_in_every_look(show: Callable[..., Page], name: str, look: str) -> None:
    page = show(f"{name}.xml")
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    if look == "large":
        page.evaluate("() => document.documentElement.classList.add('large')")
    page.get_by_role("button", name="提交").click()
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(RUN_AXE)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"form-{name}-{look}.png", full_page=True)
    width = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert (found, width) == ([], 0)
