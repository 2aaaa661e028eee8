"""Rules of households: the search key that is made from a name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pypinyin import lazy_pinyin

# Characters that sound otherwise as a surname; compound surnames come as one key.
SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "曾": "zeng", "任": "ren", "华": "hua",
    "翟": "zhai", "查": "zha", "朴": "piao", "乐": "yue", "覃": "qin", "种": "chong", "员": "yun",
    "冼": "xian", "洗": "xian", "缪": "miao", "召": "shao", "牟": "mou", "宁": "ning", "车": "che",
    "郇": "xun", "盖": "ge", "尉": "wei", "折": "she", "黑": "he", "秘": "bi", "逄": "pang",
    "繁": "po", "晟": "cheng", "阚": "kan", "燕": "yan", "应": "ying", "隗": "wei", "殷": "yin",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu",
}  # fmt: skip
LONGEST_SURNAME = 2


@lru_cache(maxsize=65_536)
def pinyin_of(name: str) -> str:
    """Return the name's syllables without tones, separated by spaces: 张伟 -> "zhang wei".

    The first syllables are read as a surname. What has no pinyin stays, in small letters.
    """
    text = name.strip()
    for length in range(LONGEST_SURNAME, 0, -1):
        if surname := SURNAMES.get(text[:length]):
            return " ".join([surname, *_syllables(text[length:])])
    return " ".join(_syllables(text))


def _syllables(text: str) -> list[str]:
    return [syllable for part in lazy_pinyin(text) for syllable in part.lower().split()]


def derive(fields: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return `head_pinyin` where the head's name was written."""
    if "head_name" not in changed:
        return {}
    name = fields.get("head_name")
    return {"head_pinyin": pinyin_of(name) if name else None}
