"""Password hashes: argon2id, with one answer time whether the account exists or not."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet (2025); eight threads at
# once stay within 160 MiB, on a small county machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """Return the argon2id hash of the password, about 100 characters."""
    return _hasher.hash(password)


@cache
def _of_nobody() -> str:
    return hashed("nobody's password")


def matches(stored: str | None, password: str) -> bool:
    """Return whether the password is the stored one; without a hash it takes as long, and is not."""
    try:
        return _hasher.verify(stored or _of_nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)
