"""The XForm of a book, by pyxform; its errors and warnings become findings in Chinese."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from server.questionnaires.authoring.book import Book
from server.questionnaires.authoring.findings import Finding, of_file
from server.questionnaires.authoring.pyxform_words import findings_of, warnings_of

MOST_XFORM = 8 * 1024 * 1024  # characters; a phone has to hold it


@dataclass
class Converted:
    """An XForm, and `itemsets`, the CSV of external choices, where there are any; or why there is none."""

    xform: str | None = None
    itemsets: str | None = None
    findings: list[Finding] = field(default_factory=list)


def converted(book: Book) -> Converted:
    """Return what pyxform makes of the book; without the validator in Java, for our engine is the judge."""
    said: list[str] = []
    try:
        result = convert(book.for_pyxform(), warnings=said, validate=False)
    except PyXFormError as error:
        return Converted(findings=findings_of(str(error), book))
    except Exception as error:  # noqa: BLE001 - whatever it stumbles over is in the form
        message = f"转换失败: {type(error).__name__} {str(error)[:200]}"
        mend = "请逐段删去题目再上传, 找出是哪一行; 或从较早的版本重新开始"
        return Converted(findings=[of_file("not_converted", message, mend)])
    if len(result.xform) > MOST_XFORM:
        message = f"问卷转换后超过 {MOST_XFORM // 1024 // 1024} MB, 手机打不开"
        return Converted(findings=[of_file("too_much", message, "请减少选项, 或把长选项表放到外部文件")])
    return Converted(result.xform, result.itemsets, warnings_of(said, book))
