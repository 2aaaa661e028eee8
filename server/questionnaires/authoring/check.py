"""All of our own checks of a form, at once: pyxform stops at the first of its errors."""

from __future__ import annotations

from server.questionnaires.authoring import headings
from server.questionnaires.authoring.book import Book
from server.questionnaires.authoring.checks import choices, circles, expressions, labels, names
from server.questionnaires.authoring.findings import Finding, of_file
from server.questionnaires.authoring.outline import outline_of
from server.questionnaires.authoring.table import Table

MOST_QUESTIONS = 5_000


def check(book: Book) -> list[Finding]:
    """Return everything that is wrong or doubtful in the form."""
    survey = book.sheet("survey")
    if not any(survey.rows):
        others = f"文件里有: {'、'.join(book.others)}。" if book.others else ""
        mend = f"{others}请把题目写在名为 survey 的工作表里, 第 1 行是列名"
        return [of_file("no_survey", "没有工作表 survey, 或它是空的", mend)]
    found = [finding for sheet in book.sheets.values() for finding in headings.check(sheet)]
    outline, offered = outline_of(Table(survey)), Table(book.sheet("choices"))
    if len(outline.items) > MOST_QUESTIONS:
        return [of_file("too_many_questions", f"题目超过 {MOST_QUESTIONS} 个", "请分成几份问卷")]
    found += outline.findings
    found += names.check(outline)
    found += choices.check(book, offered, outline)
    found += expressions.check(outline, offered)
    found += circles.check(outline)
    found += labels.check(book, offered, outline)
    return found
