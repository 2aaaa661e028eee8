"""Fields that are computed from each other in a circle, which neither engine can order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from server.questionnaires.authoring import xpath
from server.questionnaires.authoring.checks.expressions import expression_of
from server.questionnaires.authoring.findings import Finding
from server.questionnaires.authoring.outline import Item, Outline

Edges = dict[Item, set[Item]]
Named = dict[str, list[Item]]


def check(outline: Outline) -> Iterator[Finding]:
    """Yield each circle once, at the first of its rows."""
    named = outline.named()
    for circle in circles(dependencies(outline, named)):
        first = min(circle, key=lambda item: item.row.number)
        is_calculated = any(target in circle for target in targets(first, "calculation", named))
        place = first if is_calculated else gate(first, circle, named)
        names = "、".join(f"{item.name} (第 {item.row.number} 行)" for item in circle)
        message = f"互相依赖成环: {names}" if len(circle) > 1 else f"“{first.name}”依赖自己"
        mend = "请改其中一题的 calculation 或 relevant, 让它不再引用后面的题"
        yield place.row.finding("calculation" if is_calculated else "relevant", "circle", message, mend)


def gate(item: Item, circle: list[Item], named: Named) -> Item:
    """Return the item, or the group above it, whose relevance leads into the circle."""
    above: Item | None = item
    while above and not any(target in circle for target in targets(above, "relevant", named)):
        above = above.parent
    return above or item


def targets(item: Item, column: str, named: Named) -> list[Item]:
    """Return the items to which the expression refers without doubt."""
    text = expression_of(item, column)
    try:
        names = xpath.read(text).references if text else []
    except xpath.XPathError:
        return []
    return [named[name][0] for name in names if len(named.get(name, ())) == 1]


def dependencies(outline: Outline, named: Named) -> Edges:
    """Return for each item those it is computed from; what is in a group depends on its relevance."""
    edges: Edges = defaultdict(set)
    for item in outline.items:
        edges[item].update(targets(item, "calculation", named))
        above: Item | None = item
        while above:
            edges[item].update(targets(above, "relevant", named))
            above = above.parent
    return edges


def circles(edges: Edges) -> list[list[Item]]:
    """Return the sets of items that depend on each other, each in the order of its rows.

    What no circle needs is taken away until nothing changes: first whatever depends on nothing that is
    left, then whatever nothing left depends on. What remains falls into circles by reachability.
    """
    left = pruned(reversed_edges(pruned(edges)))
    found: list[list[Item]] = []
    waiting = dict.fromkeys(left)
    while waiting:
        start = next(iter(waiting))
        circle = {one for one in reached(start, left) if start in reached(one, left)}
        for one in circle | {start}:
            waiting.pop(one, None)
        if circle:
            found.append(sorted(circle, key=lambda item: item.row.number))
    return found


def pruned(edges: Edges) -> Edges:
    """Return the edges among the items from which one can go on without end."""
    left = {item: {target for target in targets if target in edges} for item, targets in edges.items()}
    sources = reversed_edges(left)
    ends = [item for item, targets in left.items() if not targets]
    while ends:
        gone = ends.pop()
        del left[gone]
        for source in sources.get(gone, ()):
            if source in left:
                left[source].discard(gone)
                if not left[source]:
                    ends.append(source)
    return left


def reversed_edges(edges: Edges) -> Edges:
    """Return the edges the other way round."""
    found: Edges = {item: set() for item in edges}
    for item, targets in edges.items():
        for target in targets:
            found.setdefault(target, set()).add(item)
    return found


def reached(start: Item, edges: Edges) -> set[Item]:
    """Return what can be reached from the item in one step or more."""
    found: set[Item] = set()
    waiting = list(edges[start])
    while waiting:
        item = waiting.pop()
        if item not in found:
            found.add(item)
            waiting.extend(edges.get(item, ()))
    return found
