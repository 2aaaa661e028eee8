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
_MALE_OLD = "国 建 志 德 福 贵 永 文 明 春 长 金 玉 全 林 发 保 学 平 生 祥 和 清 忠 义".split()
_MALE_OLD_END = "国 民 军 华 强 林 山 海 田 贵 才 福 生 祥 义 成 根 财 宝 亮 河 厚 胜 平 安".split()
_FEMALE_OLD = "秀 桂 玉 淑 凤 春 素 爱 美 金 翠 瑞 惠 月 兰 荣 菊 红 彩 俊".split()
_FEMALE_OLD_END = "英 兰 芳 珍 梅 华 荣 琴 莲 霞 香 云 娥 花 芝 仙 妹 莉 敏 琳".split()
_MALE_MID = "伟 强 磊 军 洋 勇 杰 涛 超 刚 鹏 波 斌 辉 飞 健 亮 峰 宁 松 凯 晖 旭 锋 毅 俊 海 晓 志 永".split()
_FEMALE_MID = "芳 娜 敏 静 丽 艳 霞 燕 莉 红 玲 婷 倩 颖 慧 梅 洁 丹 琳 雪 蓉 薇 妍 莹 晓 海 文 雅 春 玉".split()
_MALE_NEW = "浩 宇 轩 泽 睿 晨 子 俊 奕 梓 明 博 昊 嘉 铭 辰 皓 瑞 皓 天 佑 宸 骏 诚 逸 然 沐 恒".split()
_FEMALE_NEW = "欣 怡 梓 涵 诗 雨 萱 子 琪 佳 可 馨 语 桐 若 曦 悦 心 妍 思 彤 艺 雯 安 宁 沐 依 瑶".split()
_RARE = "喆 垚 翀 彧 祎 頔 昶 淼 犇 瀞 翊 翯 晟 赟 槿 堃 燊 沄".split()
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
    return rng.choice(pool) if chance(rng, 0.1) else "".join(rng.sample(list(dict.fromkeys(pool)), 2))


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
