"""Names of invented people, with surnames and given names about as frequent as in China.

Surnames follow the order of the Ministry of Public Security's national name report (2020); no
name is taken from a real list of people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.demo.dice import chance

if TYPE_CHECKING:
    from random import Random

# Per mille of the population, rounded; the rest share what is left.
_SURNAMES = {
    "王": 72, "李": 71, "张": 67, "刘": 51, "陈": 45, "杨": 31, "黄": 22, "赵": 20, "吴": 19,
    "周": 19, "徐": 14, "孙": 14, "马": 13, "朱": 12, "胡": 12, "郭": 11, "何": 11, "林": 11,
    "高": 10, "罗": 10, "郑": 9, "梁": 8, "谢": 8, "宋": 7, "唐": 7, "许": 7, "邓": 6, "韩": 6,
    "冯": 6, "曹": 6, "彭": 6, "曾": 6, "肖": 6, "田": 5, "董": 5, "潘": 5, "袁": 5, "蔡": 5,
    "蒋": 5, "余": 5, "于": 4, "杜": 4, "叶": 4, "程": 4, "魏": 4, "苏": 4, "吕": 4, "丁": 4,
    "任": 3, "卢": 3, "姚": 3, "沈": 3, "钟": 3, "姜": 3, "崔": 3, "谭": 3, "陆": 3, "范": 3,
    "汪": 3, "廖": 2, "石": 2, "金": 2, "韦": 2, "贾": 2, "夏": 2, "付": 2, "方": 2, "邹": 2,
    "熊": 2, "白": 2, "孟": 2, "秦": 2, "邱": 2, "侯": 2, "江": 2, "尹": 2, "薛": 2, "闫": 2,
    "段": 1, "雷": 1, "龙": 1, "黎": 1, "史": 1, "陶": 1, "贺": 1, "毛": 1, "郝": 1, "顾": 1,
    "龚": 1, "邵": 1, "万": 1, "覃": 1, "武": 1, "钱": 1, "戴": 1, "严": 1, "莫": 1, "孔": 1,
    "欧阳": 1, "上官": 0.3, "司马": 0.3, "诸葛": 0.2, "司徒": 0.2, "皇甫": 0.2, "尉迟": 0.1,
    "单": 0.6, "仇": 0.3, "解": 0.4, "查": 0.3, "逄": 0.1, "亓": 0.1, "郗": 0.1, "麴": 0.1,
}  # fmt: skip
_MALE_OLD = "国建志德福贵永文明春长金玉全林发保学平生祥和清忠义"
_MALE_OLD_END = "国民军华强林山海田贵才福生祥义成根财宝亮河厚胜平安"
_FEMALE_OLD = "秀桂玉淑凤春素爱美金翠瑞惠月兰荣菊红彩俊"
_FEMALE_OLD_END = "英兰芳珍梅华荣琴莲霞香云娥花芝仙妹莉敏琳"
_MALE_MID = "伟强磊军洋勇杰涛超刚鹏波斌辉飞健亮峰宁松凯晖旭锋毅俊海晓志永"
_FEMALE_MID = "芳娜敏静丽艳霞燕莉红玲婷倩颖慧梅洁丹琳雪蓉薇妍莹晓海文雅春玉"
_MALE_NEW = "浩宇轩泽睿晨子俊奕梓明博昊嘉铭辰皓瑞天佑宸骏诚逸然沐恒"
_FEMALE_NEW = "欣怡梓涵诗雨萱子琪佳可馨语桐若曦悦心妍思彤艺雯安宁沐依瑶"
_RARE = "喆垚翀彧祎頔昶淼犇瀞翊翯晟赟槿堃燊沄"
_CUTS = (1965, 1998)


def surname(rng: Random) -> str:
    """Return a surname as frequent as it is."""
    return rng.choices(list(_SURNAMES), weights=list(_SURNAMES.values()))[0]


def person_name(rng: Random, sex: str, birth_year: int, family: str | None = None) -> str:
    """Return surname and given name for the sex (m or f) and the year of birth."""
    return (family or surname(rng)) + _given(rng, sex, birth_year)


def _given(rng: Random, sex: str, birth_year: int) -> str:
    if birth_year < _CUTS[0]:
        first, last = (_MALE_OLD, _MALE_OLD_END) if sex == "m" else (_FEMALE_OLD, _FEMALE_OLD_END)
        return rng.choice(last) if chance(rng, 0.12) else rng.choice(first) + rng.choice(last)
    if birth_year < _CUTS[1]:
        pool = _MALE_MID if sex == "m" else _FEMALE_MID
        return rng.choice(pool) if chance(rng, 0.38) else "".join(rng.sample(pool, 2))
    pool = _MALE_NEW if sex == "m" else _FEMALE_NEW
    if chance(rng, 0.06):
        return rng.choice(_RARE) if chance(rng, 0.4) else rng.choice(pool) + rng.choice(_RARE)
    return rng.choice(pool) if chance(rng, 0.1) else "".join(rng.sample(pool, 2))


def family_of(name: str) -> str:
    """Return the surname of a name made here; double surnames are kept whole."""
    return name[:2] if name[:2] in _SURNAMES else name[:1]


def address(name: str, sex: str, age: int) -> str:
    """Return how a cadre would call the person: 王大爷, 李阿姨, 张师傅, 小陈."""
    family = family_of(name)
    steps = (
        (75, "爷爷" if age % 2 else "大爷", "奶奶"),
        (62, "大爷", "阿姨"),
        (48, "师傅" if age % 2 else "叔", "大姐"),
        (33, "先生", "女士"),
        (0, "", ""),
    )
    for least, male, female in steps:
        if age >= least:
            title = male if sex == "m" else female
            return f"{family}{title}" if title else f"小{family}"
    return name
