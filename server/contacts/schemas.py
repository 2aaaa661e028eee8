"""The household 住户 as a document."""

from __future__ import annotations

from server.core.documents import NAME_LENGTH, Choice, Choices, Count, Document, Items, Text

TENURES = ("owned", "rented", "vacant", "other")
CARE_TAGS = (
    "living_alone_elderly",  # 独居老人
    "disabled",  # 残疾
    "seriously_ill",  # 重病
    "hardship",  # 困难
    "orphan",  # 孤儿
    "left_behind",  # 留守
    "other",
)
SUPPORT_STATUSES = ("dibao", "tekun", "monitored")  # 低保, 特困, 监测户
KEY_LENGTH = 36
YEARS = (1880, 2100)


class HouseholdMemberSchema(Document):
    """A member 家庭成员 of a household; `key` stays the same when lists are merged."""

    key = Text("标识", KEY_LENGTH, required=True)
    name = Text("姓名", NAME_LENGTH, required=True)
    relation = Text("与户主关系", NAME_LENGTH)
    birth_year = Count("出生年份", *YEARS)
    job = Text("职业", NAME_LENGTH)
    school = Text("学校", NAME_LENGTH)


class HouseholdSchema(Document):
    """A household 住户. `head_pinyin` is made by the server from `head_name`."""

    estate = Text("小区", NAME_LENGTH, required=True)
    house_code = Text("户号", NAME_LENGTH, required=True)
    building = Text("楼栋", NAME_LENGTH, required=True)
    entrance = Text("单元", NAME_LENGTH)
    door = Text("门牌", NAME_LENGTH, required=True)
    head_name = Text("户主", NAME_LENGTH)
    head_pinyin = Text("户主拼音", 10 * NAME_LENGTH)
    phone = Text("电话", NAME_LENGTH)
    members_count = Count("人数", 0, 999)
    tenure = Choice("居住性质", "Tenure", TENURES)
    care_tags = Choices("关爱标签", "CareTag", CARE_TAGS)
    support_status = Choices("救助类型", "SupportStatus", SUPPORT_STATUSES)
    members = Items("家庭成员", HouseholdMemberSchema)
    note = Text("备注")
