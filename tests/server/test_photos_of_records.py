"""[F1] How a record names its photos, and how two devices' lists of them become one."""

from __future__ import annotations

import pytest

from tests.server.phone import Json, Phone, diary, problem
from tests.server.photos import photo


def test_f1_a_diary_and_a_problem_name_photos_that_have_not_arrived(pair: tuple[Phone, Phone]) -> None:
    one, two = pair
    named = [photo("a", caption="楼道"), photo("b")]
    ids = [
        one.create("diary_entry", diary(photos=named)),
        one.create("problem", problem(photos=named)),
    ]
    one.sync()
    two.sync()
    assert [two.records[rid]["f"]["photos"] for rid in ids] == [named, named]


@pytest.mark.parametrize(
    ("photos", "message"),
    [
        ([photo(str(number)) for number in range(10)], "照片不能超过 9 项"),
        ([photo("a"), photo("a")], "照片有重复的项"),
        ([photo(key="../../etc/passwd")], "照片第 1 项：照片应为 SHA-256"),
        ([photo(key=photo()["key"].upper())], "照片第 1 项：照片应为 SHA-256"),
        ([photo(thumb=None)], "照片第 1 项：缩略图不能为空"),
        ([photo(bytes=1024 * 1024 + 1)], "照片第 1 项：大小应在 1 到 1048576 之间"),
        ([photo(device="phone")], "照片第 1 项：设备编号不正确"),
        ([photo(caption="字" * 61)], "照片第 1 项：说明不能超过 60 个字"),
        (["a"], "照片第 1 项：应为对象"),
    ],
)
def test_f1_what_is_no_list_of_photos_is_quarantined(
    pair: tuple[Phone, Phone], photos: list[Json], message: str
) -> None:
    pair[0].create("diary_entry", diary(photos=photos))
    (result,) = pair[0].push()
    assert (result["status"], result["field"], result["message"]) == ("quarantined", "photos", message)


def test_f1_photos_added_and_taken_away_on_two_phones_are_merged_by_key(pair: tuple[Phone, Phone]) -> None:
    one, two = pair
    rid = one.create("diary_entry", diary(photos=[photo("a"), photo("b")]))
    one.sync()
    two.sync()
    one.set("diary_entry", rid, {"photos": [photo("a"), photo("b"), photo("c")]})
    two.set("diary_entry", rid, {"photos": [photo("b", caption="修好后")]})
    one.sync()
    two.sync()
    one.sync()
    assert one.records[rid]["f"]["photos"] == [photo("b", caption="修好后"), photo("c")]
    assert one.of_type("conflict") == []
