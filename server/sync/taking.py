"""The decision on a handover: its ops are applied in their author's name, or declined (rule P13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from server.sync.batch import Batch, Loaded, Pending
from server.sync.chaining import continued, said
from server.sync.own_ids import server_id
from server.sync.refusals import Refused
from sync.messages import MOST_CONFLICTS_AT_ONCE

Apply = Callable[[Batch, Pending], None]


def carry_out(batch: Batch, handover: Loaded, changed: Mapping[str, Any], apply: Apply) -> None:
    """Do what the op decides on the handover; BadInput, and nothing done, where it can't be.

    `apply` applies one op to a batch. The same decision once more does nothing.
    """
    fields, state = handover.state.fields, changed["state"]
    if state == "waiting":
        raise Refused("not_allowed", field="state")
    if fields["state"] == state:
        return
    if fields["state"] != "waiting":
        raise Refused("already_decided", field="state")
    part = batch.parts.get(fields["account"])
    if part is None:
        raise Refused("record_unknown", field="rid")  # it was made by this very push
    if state == "taken":
        part.absorb(taken(part, handover, apply))
    tell_author(part, batch, handover, changed)


def taken(part: Batch, handover: Loaded, apply: Apply) -> Batch:
    """Return a batch in which the handover's ops are applied; the part itself is unchanged."""
    fields = handover.state.fields
    rid = fields["rid"]
    trial = part.trial(fields["device"])
    if rid in part.records:
        trial.records[rid] = copy(part.records[rid])
        trial.history[rid] = dict(part.history.get(rid, {}))
    after: str | None = None
    for item in fields["ops"]:
        # The record may have moved on since; its ops go where it is.
        scope = trial.records[rid].scope if rid in trial.records else handover.scope
        head = {"type": fields["of_type"], "rid": rid, "scope": scope, "origin": item["op_id"]}
        body = {name: item[name] for name in ("kind", "set", "base", "wall") if name in item}
        pending = continued(trial, head | body | ({"after": after} if after else {}))
        apply(trial, pending)
        after = pending.op_id
        if trial.conflicts > MOST_CONFLICTS_AT_ONCE:
            raise Refused("too_many_conflicts", field="state")
    return trial


def tell_author(part: Batch, batch: Batch, handover: Loaded, changed: Mapping[str, Any]) -> None:
    """Say in the author's quarantine records what was decided, by whom and when."""
    news = {
        "decision": changed["state"],
        "decided_by": batch.author.account_id,
        "decided_at": batch.received,
    }
    if note := changed.get("note"):
        news["decision_note"] = note
    for item in handover.state.fields["ops"]:
        kept = batch.records.get(server_id(item["op_id"], "person"))
        if kept is not None:
            said(part, kept, news)
