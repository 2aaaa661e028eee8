"""The categories 类别 of what residents bring up, shared by diaries and problems."""

from __future__ import annotations

CATEGORIES = (
    "utilities",  # 水电气暖
    "roads_parking",  # 道路停车
    "sanitation",  # 环境卫生
    "property",  # 物业
    "housing",  # 房屋
    "social_security",  # 社保救助
    "employment",  # 就业
    "education",  # 教育
    "medical",  # 医疗
    "elderly_care",  # 养老
    "neighbours",  # 邻里纠纷
    "public_safety",  # 治安安全
    "policy",  # 政策咨询
    "other",  # 其他
)
