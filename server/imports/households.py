"""The import of households: what the list says against what is known, written as ops.

A list knows what an office knew when it was drawn up. So only what changed since the last list
is written; what a cadre changed meanwhile stays, and where both changed a field, the merge keeps
both values as a conflict (rule M3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from server.core.access import Access, Role
from server.core.database import reading, writing
from server.core.ids import new_id
from server.imports.grids import Grid, community_of, grids_of
from server.imports.known import Known, load, load_ops
from server.imports.report import ImportReport, RowError
from server.imports.rows import Listed, Row, read
from server.sync.moves import let_photos_follow, moves_of
from server.sync.system import Write, write_records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Progress = Callable[[int, int, str], None]
BATCH = 2_000


def import_households(
    access: Access,
    stream: BinaryIO,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Return the report of the import of an Excel file by an org_admin of a community.

    All or nothing, in one transaction, unless `skip_bad`; with `dry_run` nothing is written.
    With bad rows and without `skip_bad` the report is `refused` and nothing was written. BadInput
    for a file that can't be taken at all; Forbidden for anybody but an org_admin.
    """
    access.require(Role.ORG_ADMIN)
    with reading() as session:
        grids = grids_of(session, community_of(access))
    listed = read(stream, grids)
    report = ImportReport(listed.sheet, listed.count, dry_run=dry_run, notes=listed.notes)
    # The file is read before the transaction begins: nobody waits for its parsing.
    with reading() if dry_run else writing() as session:
        plan = _Plan(session, listed, grids, report)
        plan.make()
        report.errors = sorted(listed.errors)
        report.skipped = len({error.row for error in report.errors})
        report.refused = bool(report.errors) and not skip_bad and not dry_run
        if not dry_run and not report.refused:
            _write(session, access, plan.writes, report, progress)
    if report.moved:
        report.notes.append(f"有 {report.moved} 户原在别的网格，按表移入，没办结的问题随户移动")
    if report.kept:
        report.notes.append(f"有 {report.kept} 处与名单不同，保留了干部的登记和修改")
    if report.conflicts:
        report.notes.append(
            f"有 {report.conflicts} 户的内容名单和干部都改过，两种都已保留，请在“审阅”里处理冲突"
        )
    if report.refused:
        report.imported = report.created = report.moved = report.updated = report.unchanged = report.kept = 0
    return report


class _Plan:
    """Which ops the list asks for."""

    def __init__(self, session: Session, listed: Listed, grids: list[Grid], report: ImportReport) -> None:
        self.session, self.listed, self.report = session, listed, report
        self.grid_names = {grid.id: grid.name for grid in grids}
        self.known = load(
            session, [grid.id for grid in grids], {row.fields["house_code"] for row in listed.rows}
        )
        self.listed_codes = {(row.grid_id, row.fields["house_code"]) for row in listed.rows}
        self.moved: dict[str, list[str]] = {}  # by the scope into which they move
        self.found: set[str] = set()
        self.differing: list[tuple[Row, Known, dict[str, Any]]] = []
        self.writes: list[Write] = []

    def make(self) -> None:
        """Decide on every row."""
        for row in self.listed.rows:
            same = self.known.by_code.get((row.grid_id, row.fields["house_code"]), [])
            if len(same) > 1:
                self._refuse(
                    row, f"系统里有 {len(same)} 户都是户号“{row.fields['house_code']}”，请先改正其中一户"
                )
            elif same:
                self._compare(row, same[0])
            elif (elsewhere := self._elsewhere(row)) is not None:
                self._move(row, *elsewhere)
            else:
                self._create(row)
        load_ops(self.session, (known for _, known, _ in self.differing))
        for row, known, changed in self.differing:
            self._update(row, known, changed)
        self.writes = [
            *(write for grid, rids in self.moved.items() for write in moves_of(self.session, rids, grid)),
            *self.writes,
        ]
        self.report.imported = self.report.created + self.report.updated + self.report.unchanged

    def _refuse(self, row: Row, message: str) -> None:
        self.listed.errors.append(RowError(row.number, self.listed.names["house_code"], message))

    def _elsewhere(self, row: Row) -> tuple[str, Known] | None:
        """Return another grid and the household in it that has the same number and address."""
        fields = row.fields
        address = (fields["building"], fields.get("entrance"), fields["door"])
        for grid_id in self.grid_names:
            for known in self.known.by_code.get((grid_id, fields["house_code"]), []):
                if (known.fields["building"], known.fields.get("entrance"), known.fields["door"]) == address:
                    return grid_id, known
        return None

    def _move(self, row: Row, grid_id: str, known: Known) -> None:
        """Move the household into the list's grid, unless the list has it in its present one, too."""
        code = row.fields["house_code"]
        if (grid_id, code) in self.listed_codes or known.id in self.found:
            self._refuse(row, f"户号“{code}”在{self.grid_names[grid_id]}也有同一地址的一户，请先核对")
            return
        self.found.add(known.id)
        self.moved.setdefault(f"grid:{row.grid_id}", []).append(known.id)
        self.report.moved += 1
        self._compare(row, known)

    def _create(self, row: Row) -> None:
        self.writes.append(Write("household", new_id(), f"grid:{row.grid_id}", "create", row.fields))
        self.report.created += 1

    def _compare(self, row: Row, known: Known) -> None:
        # An empty cell says nothing: it never erases what a cadre found out.
        changed = {name: value for name, value in row.fields.items() if known.fields.get(name) != value}
        if changed:
            self.differing.append((row, known, changed))
        else:
            self.report.unchanged += 1

    def _update(self, row: Row, known: Known, changed: dict[str, Any]) -> None:
        asked, base = known.news(changed)
        self.report.kept += len(changed) - len(asked)
        if not asked:
            self.report.unchanged += 1
            return
        self.writes.append(Write("household", known.id, f"grid:{row.grid_id}", "set", asked, base))
        self.report.updated += 1


def _write(
    session: Session, access: Access, writes: list[Write], report: ImportReport, progress: Progress | None
) -> None:
    done = 0
    let_photos_follow(session, access.account_id, writes)
    for batch in _batches(writes):
        results: list[dict[str, Any]] = write_records(session, access.account_id, batch)
        report.conflicts += sum(result["status"] == "conflict" for result in results)
        done += len(batch)
        if progress is not None:
            progress(done, len(writes), "住户")


def _batches(writes: list[Write]) -> Iterator[list[Write]]:
    for start in range(0, len(writes), BATCH):
        yield writes[start : start + BATCH]
