"""What an anonymous answer is before it is sealed: padded, and of a week, not of a day (rule Q3); pure."""

from __future__ import annotations

from datetime import date

STEP = 4_096  # bytes; whatever is sent has a multiple of it
MOST_STEPS = 16
SEAL = 65 + 16  # bytes that sealing adds: the encapsulated key and the tag
LENGTH = 4  # bytes that say how long the content is, the highest first


class NotPadded(ValueError):
    """The bytes aren't what `pad` returns."""


def info(round_id: str) -> bytes:
    """Return what binds a sealed answer to its round."""
    return f"minqing anonymous answer 1 {round_id}".encode()


def pad(content: bytes) -> bytes:
    """Return the content with its length and zeros; sealed, it will have a multiple of `STEP` bytes."""
    steps = -(-(LENGTH + len(content) + SEAL) // STEP)
    if steps > MOST_STEPS:
        raise NotPadded(f"longer than {MOST_STEPS * STEP} bytes")
    return (len(content).to_bytes(LENGTH, "big") + content).ljust(steps * STEP - SEAL, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return the content of what `pad` returned; NotPadded for anything else."""
    length = int.from_bytes(padded[:LENGTH], "big")
    content = padded[LENGTH : LENGTH + length]
    if len(content) != length or pad(content) != padded:
        raise NotPadded("of another shape")
    return content


def week_of(day: date) -> str:
    """Return the day's week in ISO 8601, `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
