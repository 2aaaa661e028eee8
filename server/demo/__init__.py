"""The demonstration: an invented community with a year of visits, made from a seed."""

from __future__ import annotations

from server.demo.build import AccountLine, DemoSummary, build

__all__ = ["AccountLine", "DemoSummary", "build"]
