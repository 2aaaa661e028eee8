"""Large questionnaires for the bench: every kind of question, a chain of calculations, 5,000 villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VILLAGES = 5000
TOWNS = 50
STEPS = 45
SECTION = 20
CHOICES = ("很满意", "满意", "一般", "不满意", "很不满意")
KINDS = ("text", "int", "decimal", "date", "one", "many", "text", "one", "int", "one")
TYPES = {
    "text": "string",
    "int": "int",
    "decimal": "decimal",
    "date": "date",
    "one": "string",
    "many": "string",
}
HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>居民问卷</h:title><model>'
)


def kind_of(number: int) -> str:
    """Return the kind of the question."""
    return KINDS[number % len(KINDS)]


def binds(questions: int) -> Iterator[str]:
    """Yield the rules: every tenth question opens the next one, and some are limited or required."""
    for number in range(questions):
        kind = kind_of(number)
        rules = f' constraint=". &gt;= 0 and . &lt; {1000 + number}"' if kind == "int" else ""
        rules += ' required="true()"' if number % 25 == 0 else ""
        if number % 10 == 8:
            rules += f" relevant=\"/data/s{(number - 1) // SECTION}/q{number - 1} = '0'\""
        path = f"/data/s{number // SECTION}/q{number}"
        yield f'<bind nodeset="{path}" type="{TYPES[kind]}"{rules}/>'
    yield '<bind nodeset="/data/start" type="int"/>'
    for step in range(STEPS):
        before = f"/data/c{step - 1}" if step else "/data/start"
        yield f'<bind nodeset="/data/c{step}" type="int" calculate="{before} + {step % 7}"/>'


def label(number: int) -> str:
    """Return the reference to the label of the question."""
    return f"<label ref=\"jr:itext('q{number}')\"/>"


def control(number: int) -> str:
    """Return the question as it stands in the body."""
    path = f"/data/s{number // SECTION}/q{number}"
    if kind_of(number) in ("one", "many"):
        name = "select1" if kind_of(number) == "one" else "select"
        items = "".join(
            f"<item><label>{text}</label><value>{value}</value></item>" for value, text in enumerate(CHOICES)
        )
        return f'<{name} ref="{path}">{label(number)}{items}</{name}>'
    return f'<input ref="{path}">{label(number)}</input>'


def translations(questions: int) -> Iterator[str]:
    """Yield the labels in two languages."""
    for language, words in (("中文", "您家对第{}项怎么看？"), ("English", "What about item {}?")):
        texts = "".join(
            f'<text id="q{number}"><value>{words.format(number)}</value></text>'
            for number in range(questions)
        )
        yield f'<translation lang="{language}">{texts}</translation>'


def villages(count: int) -> str:
    """Return the list of villages, each of a town, and the list of towns."""
    items = "".join(
        f"<item><name>v{at}</name><label>第{at}村</label><town>t{at % TOWNS}</town></item>"
        for at in range(count)
    )
    towns = "".join(f"<item><name>t{at}</name><label>第{at}镇</label></item>" for at in range(TOWNS))
    return (
        f'<instance id="towns"><root>{towns}</root></instance>'
        f'<instance id="villages"><root>{items}</root></instance>'
    )


def questionnaire(questions: int, places: int = VILLAGES) -> str:
    """Return a form with so many questions, and beside them a cascade and a chain of calculations."""
    sections = range((questions + SECTION - 1) // SECTION)
    groups = {at: range(at * SECTION, min(questions, (at + 1) * SECTION)) for at in sections}
    instance = "".join(
        f"<s{at}>{''.join(f'<q{number}/>' for number in numbers)}</s{at}>" for at, numbers in groups.items()
    )
    chain = "".join(f"<c{step}/>" for step in range(STEPS))
    body = "".join(
        f'<group ref="/data/s{at}"><label>第{at + 1}部分</label>{"".join(map(control, numbers))}</group>'
        for at, numbers in groups.items()
    )
    last = f"/data/c{STEPS - 1}"
    return (
        f"{HEAD}<itext>{''.join(translations(questions))}</itext>"
        f'<instance><data id="bench" version="1"><start/>{chain}<sum/><town/><village/>{instance}'
        f"<meta><instanceID/></meta></data></instance>{villages(places)}{''.join(binds(questions))}"
        f'<bind nodeset="/data/sum" type="int" calculate="{last}" readonly="true()"/>'
        "</model></h:head><h:body>"
        '<input ref="/data/start"><label>起始数</label></input>'
        f'<input ref="/data/sum"><label>结果 <output value="{last}"/></label></input>'
        '<select1 ref="/data/town"><label>镇</label><itemset nodeset="instance(\'towns\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        '<select1 ref="/data/village"><label>村</label>'
        "<itemset nodeset=\"instance('villages')/root/item[town = /data/town]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>'
        f"{body}</h:body></h:html>"
    )
