"""Small cells: no number under 5 is shown, and none can be computed from what is (domain.md, 0 and 三.6).

A hidden cell is None. Who sees a table knows these rules, its totals and every cell that is shown; so
where cells are hidden, more are, until no total gives one of them away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LEAST = 5
_ENOUGH = 2
Cell = tuple[int, int]


def hide(counts: Sequence[int]) -> list[int | None]:
    """Return the parts of a known total, those hidden that are small and those that would give them away."""
    hidden = {at for at, count in enumerate(counts) if count < LEAST}
    for at in sorted(range(len(counts)), key=lambda at: counts[at]):
        if _is_safe([counts[at] for at in hidden]):
            break
        hidden.add(at)
    return [None if at in hidden else count for at, count in enumerate(counts)]


def hide_overlapping(counts: Sequence[int], total: int) -> list[int | None]:
    """Return counts that needn't add up: of several choices each is hidden where it or the rest is small."""
    return [count if min(count, total - count) >= LEAST else None for count in counts]


def hide_table(
    table: Sequence[Sequence[int]], rows: Sequence[int | None], columns: Sequence[int | None]
) -> list[list[int | None]]:
    """Return the table, whose totals `rows` and `columns` were hidden before where they had to be.

    Whatever belongs to a hidden total is hidden. Each line with hidden cells has two or more of them,
    which come to 5 or more, and none of them is the only way between two parts of the hidden ones: so
    no sum and no difference of totals is one cell.
    """
    wide = range(len(columns))
    hidden = {
        (row, column)
        for row in range(len(rows))
        for column in wide
        if rows[row] is None or columns[column] is None or table[row][column] < LEAST
    }
    while more := _next(table, rows, columns, hidden):
        hidden |= more
    return [
        [None if (row, column) in hidden else table[row][column] for column in wide]
        for row in range(len(rows))
    ]


def _is_safe(counts: Sequence[int]) -> bool:
    return not counts or (len(counts) >= _ENOUGH and sum(counts) >= LEAST)


def _next(
    table: Sequence[Sequence[int]],
    rows: Sequence[int | None],
    columns: Sequence[int | None],
    hidden: set[Cell],
) -> set[Cell]:
    """Return which cell of the first unsafe line to hide too; empty when there is none."""
    unsafe = {cell for cell in _bridges(hidden) if rows[cell[0]] is not None and columns[cell[1]] is not None}
    for line in _lines(len(rows), len(columns)):
        gone = [cell for cell in line if cell in hidden]
        left = [cell for cell in line if cell not in hidden]
        if left and (not _is_safe([table[row][column] for row, column in gone]) or unsafe & set(gone)):
            return {min(left, key=lambda cell: (table[cell[0]][cell[1]], cell))}
    return set()


def _lines(rows: int, columns: int) -> Iterator[list[Cell]]:
    yield from ([(row, column) for column in range(columns)] for row in range(rows))
    yield from ([(row, column) for row in range(rows)] for column in range(columns))


def _bridges(hidden: set[Cell]) -> set[Cell]:
    """Return the hidden cells that lie on no circle of hidden cells: what totals give away."""
    left = set(hidden)
    return {cell for cell in left if not _is_on_circle(cell, left)}


def _is_on_circle(cell: Cell, hidden: set[Cell]) -> bool:
    """Return whether the cell's row reaches its column over other hidden cells."""
    rest = hidden - {cell}
    rows, columns, todo = {cell[0]}, set[int](), [cell[0]]
    while todo:
        row = todo.pop()
        for column in [column for at, column in rest if at == row and column not in columns]:
            columns.add(column)
            fresh = {at for at, other in rest if other == column} - rows
            rows |= fresh
            todo += fresh
    return cell[1] in columns


def share(count: int | None, total: int | None) -> float | None:
    """Return the share in per cent, one decimal; None where one of the two is hidden, or all is 0."""
    return round(100 * count / total, 1) if count is not None and total else None
