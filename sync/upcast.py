"""Ops of older schemas, brought to the present one, a schema at a time (rule P15); pure.

An op is stored and hashed as it was sent, with the number of its schema; whoever reads what it
says reads it through here. A function of `STEPS` changes no op in place and never raises: what it
can't read it hands on, to be refused as any other. Once released, it stays as it is for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync.messages import SCHEMA

Op = Mapping[str, Any]


def from_1(op: Op) -> Op:
    """Return the op as it is: schema 2 added `photos` and the endings of what only the server makes.

    `photos` was an unknown field before, so no phone of schema 1 wrote one.
    """
    return op


def from_2(op: Op) -> Op:
    """Return the op as it is: schema 3 added two types, which schema 2 didn't know."""
    return op


# From the schema of its key to the next one.
STEPS: Mapping[int, Callable[[Op], Op]] = {1: from_1, 2: from_2}


def upcast(op: Op, schema: int) -> Op:
    """Return the op of the schema as one of the present; one of a newer schema as it is."""
    for number in range(schema, SCHEMA):
        op = STEPS[number](op)
    return op
