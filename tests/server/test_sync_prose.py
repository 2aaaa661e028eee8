"""The narrative of a diary entry, merged by paragraphs between real devices (rule M9)."""

from __future__ import annotations

import pytest

from tests.server.databases import config
from tests.server.phone import Phone, diary

__all__ = ["config"]

FIRST, SECOND, THIRD = "老人身体好转。", "楼道灯已修好。", "下周再来看看。"
WHOLE = f"{FIRST}\n{SECOND}\n{THIRD}"


@pytest.fixture
def entry(pair: tuple[Phone, Phone]) -> str:
    """Return a diary entry of three paragraphs that both phones have read."""
    rid = pair[0].create("diary_entry", diary(narrative=WHOLE))
    for phone in pair:
        phone.sync()
    return rid


def statuses(phone: Phone) -> list[str]:
    """Return the status of each op of one sync."""
    return [one["status"] for one in phone.sync()["results"]]


def narrative(phone: Phone, rid: str) -> str:
    """Return the entry's text as the phone has pulled it."""
    phone.sync()
    return str(phone.records[rid]["f"]["narrative"])


def test_m9_paragraphs_of_two_phones_are_all_there(pair: tuple[Phone, Phone], entry: str) -> None:
    one, two = pair
    one.set("diary_entry", entry, {"narrative": WHOLE.replace(FIRST, "老人已出院。")})
    two.set("diary_entry", entry, {"narrative": f"{WHOLE}\n已联系物业。"})
    assert (statuses(one), statuses(two)) == (["applied"], ["merged"])
    expected = f"老人已出院。\n{SECOND}\n{THIRD}\n已联系物业。"
    assert {narrative(phone, entry) for phone in pair} == {expected}
    assert not one.of_type("conflict")
    assert one.records[entry]["h"][-1]["set"] == {"narrative": expected}


def test_m9_one_paragraph_written_by_both_is_a_conflict(pair: tuple[Phone, Phone], entry: str) -> None:
    one, two = pair
    texts = [WHOLE.replace(SECOND, f"{words}楼道灯的事。") for words in ("已报修", "已谈过")]
    for phone, text in zip(pair, texts, strict=True):
        phone.set("diary_entry", entry, {"narrative": text})
    assert (statuses(one), statuses(two)) == (["applied"], ["conflict"])
    assert narrative(one, entry) == texts[1]
    (found,) = one.of_type("conflict")
    assert (found["f"]["shown"]["value"], found["f"]["other"]["value"]) == (texts[1], texts[0])


def test_m9_what_was_merged_unread_survives_the_next_edit(pair: tuple[Phone, Phone], entry: str) -> None:
    """The second edit was based on the phone's own text, in which the other's paragraph is not."""
    one, two = pair
    one.set("diary_entry", entry, {"narrative": WHOLE.replace(FIRST, "老人已出院。")})
    one.sync()
    two.set("diary_entry", entry, {"narrative": WHOLE.replace(THIRD, "下月再来看看。")})
    two.push()
    two.set("diary_entry", entry, {"narrative": f"{FIRST}\n{SECOND}\n下月再来看看。\n带慰问品。"})
    two.push()
    assert narrative(one, entry) == f"老人已出院。\n{SECOND}\n下月再来看看。\n带慰问品。"
    two.sync()
    assert not two.of_type("conflict")


def test_m9_a_long_chain_of_own_edits_is_no_conflict(pair: tuple[Phone, Phone], entry: str) -> None:
    one, two = pair
    two.set("diary_entry", entry, {"narrative": WHOLE.replace(FIRST, "老人已出院。")})
    two.sync()
    text = WHOLE
    for number in range(60):
        text = text.replace(text.rpartition("\n")[2], f"第 {number} 次写的结尾。")
        one.set("diary_entry", entry, {"narrative": text})
        if number % 7 == 0:
            one.push()
    assert set(statuses(one)) <= {"applied", "merged", "duplicate"}
    assert narrative(two, entry) == f"老人已出院。\n{SECOND}\n第 59 次写的结尾。"
    assert not two.of_type("conflict")
