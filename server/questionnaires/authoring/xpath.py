"""Whether an expression of a form can be read, and what it calls and refers to.

The grammar is that of the engine (pwa/src/xforms/xpath/parse.ts); both are held together by
tests/server/xpath_cases.json. A reference `${name}` is read as the path that pyxform puts in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

DEEPEST = 100  # a form's expressions nest a few levels; more is an attack on the stack
LONGEST = 20_000
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_BINDS = {operator: level for level, same in enumerate(_LEVELS) for operator in same} | {"|": -1}
_NAME = r"[^\W\d][\w.·\-]*"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    rf"|\$\{{\s*(?P<ref>(?:last-saved\#)?{_NAME})\s*\}}"
    rf"|(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)"
    r"|(?P<operator>!=|<=|>=|[-+*=<>|])"
    r"|(?P<symbol>\.\.|::|//|[()\[\],./@]))"
)
_WORD = re.compile(r"\s*(and|or|div|mod)")
_AXES = ("child", "parent", "self", "attribute")
_FULL_WIDTH = "（），＝＜＞＋－＊／“”‘’：；。．＂＇"


class XPathError(Exception):
    """Why an expression can't be read; in Chinese."""


@dataclass(frozen=True)
class Token:
    """One word of an expression; `at` is where it begins."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Call:
    """The call of a function, with the number of its arguments."""

    name: str
    count: int


@dataclass
class Expression:
    """What was read: the functions called and the names referred to, in their order."""

    calls: list[Call] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


@lru_cache(maxsize=4096)
def read(text: str) -> Expression:
    """Return what the expression calls and refers to; XPathError where it can't be read."""
    if len(text) > LONGEST:
        raise XPathError(f"表达式超过 {LONGEST} 个字")
    return _Parser(text).parse()


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while text[at:].strip():
        token, at = _next(text, at, tokens[-1] if tokens else None)
        tokens.append(token)
    return tokens


def _next(text: str, at: int, last: Token | None) -> tuple[Token, int]:
    """Return the next token and its end. After an operand only an operator can follow."""
    operand = _is_operand(last)
    word = _WORD.match(text, at) if operand else None
    if word:
        return Token("operator", word[1], word.start(1)), word.end()
    found = _TOKEN.match(text, at)
    if not found or not found.lastgroup:
        rest = text[at:].lstrip()
        raise XPathError(_unreadable(rest, len(text) - len(rest) + 1))
    kind = found.lastgroup
    if found[kind] == "*" and not operand:
        kind = "name"
    return Token(kind, found[found.lastgroup], found.start(found.lastgroup)), found.end()


def _is_operand(token: Token | None) -> bool:
    return token is not None and (
        token.kind in {"number", "double", "single", "ref", "name"} or token.text in {")", "]", ".", ".."}
    )


def _unreadable(rest: str, position: int) -> str:
    if rest[0] in _FULL_WIDTH:
        return f"第 {position} 个字“{rest[0]}”是全角标点, 应为英文半角标点"
    if rest.startswith("${"):
        return f"第 {position} 个字起的引用不完整, 应写成 ${{题目名称}}"
    if rest[0] in "\"'":
        return f"第 {position} 个字起的引号没有成对"
    return f"从第 {position} 个字“{rest[:10]}”起读不懂"


class _Parser:
    """Reads by recursive descent, as the engine does."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0
        self.found = Expression()

    def parse(self) -> Expression:
        self.level(0)
        if self.at < len(self.tokens):
            raise self.unexpected()
        return self.found

    def peek(self, ahead: int = 0) -> Token | None:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def takes(self, text: str) -> bool:
        token = self.peek()
        if token is None or token.kind in {"double", "single", "ref"} or token.text != text:
            return False
        self.at += 1
        return True

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise self.unexpected(f", 这里应有“{text}”")

    def unexpected(self, hint: str = "") -> XPathError:
        token = self.peek()
        if token is None:
            return XPathError(f"表达式没有写完{hint}")
        return XPathError(f"第 {token.at + 1} 个字“{token.text}”不应出现在这里{hint}")

    def nested(self) -> None:
        """Read an expression inside of another."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise XPathError(f"嵌套超过 {DEEPEST} 层")
        self.level(0)
        self.depth -= 1

    def level(self, least: int) -> None:
        """Read operands between operators that bind at least so strongly."""
        self.unary()
        while (token := self.peek()) and token.kind == "operator" and (bound := _BINDS[token.text]) >= least:
            self.at += 1
            self.level(bound + 1)

    def unary(self) -> None:
        minuses = 0
        while self.takes("-"):
            minuses += 1
        if minuses > DEEPEST:
            raise XPathError(f"嵌套超过 {DEEPEST} 层")
        self.primary()
        while self.takes("|"):
            self.primary()

    def primary(self) -> None:
        token, following = self.peek(), self.peek(1)
        if token and token.kind in {"number", "double", "single"}:
            self.at += 1
        elif token and token.kind == "symbol" and token.text == "(":
            self.at += 1
            self.nested()
            self.expect(")")
        elif token and token.kind == "name" and following and following.text == "(":
            self.call(token.text)
        else:
            self.path()

    def call(self, name: str) -> None:
        self.at += 2
        count, first = 0, self.peek()
        if not self.takes(")"):
            while True:
                count += 1
                self.nested()
                if not self.takes(","):
                    break
            self.expect(")")
        if not self.takes("/"):
            self.found.calls.append(Call(name, count))
            return
        is_text = first is not None and first.kind in {"double", "single"}
        if (name, count) != ("current", 0) and not (name == "instance" and count == 1 and is_text):
            raise XPathError(f"{name}() 后面不能接路径")
        self.steps()

    def path(self) -> None:
        if self.takes("/"):
            token = self.peek()
            if token and (token.kind == "name" or token.text in {".", "..", "@"}):
                self.steps()
            return
        self.steps()

    def steps(self) -> None:
        self.step()
        while self.takes("/"):
            self.step()

    def step(self) -> None:
        if self.takes(".") or self.takes(".."):
            return
        token = self.peek()
        if token and token.kind == "ref":
            self.at += 1
            self.found.references.append(token.text)
        else:
            self.named_step()
        while self.takes("["):
            self.nested()
            self.expect("]")

    def named_step(self) -> None:
        token, following = self.peek(), self.peek(1)
        if not self.takes("@") and token and token.kind == "name" and following and following.text == "::":
            if token.text not in _AXES:
                raise XPathError(f"不支持轴 {token.text}::")
            self.at += 2
        token = self.peek()
        if token is None or token.kind != "name":
            raise self.unexpected()
        self.at += 1
        if token.text == "node" and self.takes("("):
            self.expect(")")
