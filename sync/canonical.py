"""Canonical JSON (RFC 8785) and the hash chain of a device's ops (rule P6)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

GENESIS = "0" * 64  # the prev_hash of a device's first op
WIDEST_INTEGER = 2**53  # beyond it a number is a double, as in JavaScript
SIMPLE = frozenset({str, bool, type(None)})  # types that every writer of JSON writes in one way
PLAIN_EXPONENTS = range(-6, 21)  # ECMA-262 writes these without an exponent


def canonical(value: object, *, strict: bool = True) -> bytes:
    """Return the RFC 8785 text of a JSON value, in UTF-8.

    A lone surrogate is written as its escape, which RFC 8785 leaves open. A number that isn't
    finite is refused with ValueError; without `strict` it is written as NaN or Infinity, so that
    even an op which is no JSON can be kept and named.
    """
    if is_plain(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # a lone surrogate
            pass
    return _written(value, strict=strict).encode()


def is_plain(value: object) -> bool:
    """Return whether orjson writes the value as RFC 8785 does, but for lone surrogates.

    It does where all keys are ASCII and all numbers are integers that a double holds.
    """
    kind = type(value)
    if kind is dict:
        return all(map(str.isascii, value)) and _are_plain(value.values())  # type: ignore[call-overload,attr-defined] # a dict
    if kind is list:
        return _are_plain(value)  # type: ignore[arg-type] # a list
    if kind is int:
        return -WIDEST_INTEGER <= value <= WIDEST_INTEGER  # type: ignore[operator] # an int
    return kind in SIMPLE


def _are_plain(values: Iterable[object]) -> bool:
    # Most members of an op are text; which are not is seen without a call for each.
    return set(map(type, values)) <= SIMPLE or all(is_plain(one) for one in values if type(one) not in SIMPLE)


def _written(value: object, *, strict: bool) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return number(value, strict=strict)
    if isinstance(value, list | tuple):
        return f"[{','.join(_written(one, strict=strict) for one in value)}]"
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=lambda member: _utf16(member[0]))
        return f"{{{','.join(f'{_string(key)}:{_written(one, strict=strict)}' for key, one in members)}}}"
    message = f"{type(value).__name__} is no JSON"
    raise ValueError(message)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _string(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if text.isascii():
        return quoted
    # A pair that came as two escapes is one character; what is left alone stays an escape.
    joined = quoted.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return "".join(f"\\u{ord(letter):04x}" if "\ud800" <= letter <= "\udfff" else letter for letter in joined)


def number(value: float, *, strict: bool = True) -> str:
    """Return the number as ECMA-262's Number::toString writes it."""
    try:
        double = float(value)
    except OverflowError:
        double = math.inf if value > 0 else -math.inf
    if not math.isfinite(double):
        if strict:
            message = "a number must be finite"
            raise ValueError(message)
        return json.dumps(double)
    if double.is_integer() and abs(double) <= WIDEST_INTEGER:
        return str(int(double))  # Minus zero, too, is 0.
    return _double(double)


def _double(value: float) -> str:
    """Return the shortest digits that round to the value, with ECMA-262's exponents."""
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction if fraction != "0" else ""
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    point = len(whole) - leading + int(exponent or 0)  # digits stand for 0.digits x 10^point
    digits = digits.rstrip("0")
    if point - 1 not in PLAIN_EXPONENTS:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1:+d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"


def op_text(op: Mapping[str, Any], prev_hash: object) -> bytes:
    """Return what is hashed and kept of an op: itself without `hash`, with its `prev_hash`."""
    whole = {**op, "prev_hash": prev_hash}
    whole.pop("hash", None)
    return canonical(whole, strict=False)


def op_hash(text: bytes) -> str:
    """Return the hash of an op's canonical text, 64 hex digits."""
    return hashlib.sha256(text).hexdigest()


def chain(ops: Sequence[Mapping[str, Any]], prev_hash: str = GENESIS) -> list[str]:
    """Return the hash of each op of a chain in which each follows the one before."""
    hashes = []
    for op in ops:
        prev_hash = op_hash(op_text(op, prev_hash))
        hashes.append(prev_hash)
    return hashes
