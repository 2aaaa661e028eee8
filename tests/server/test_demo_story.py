"""The demonstration's story: sizes, repeatability, and a year of visits, problems and reviews."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from server.demo.story import Story, tell
from server.demo.topics import topics
from tests.server.stories import TODAY, community

if TYPE_CHECKING:
    from server.demo.changes import Change


@pytest.fixture(scope="module")
def story() -> Story:
    """Return the whole community."""
    return community()


def of(story: Story, kind: str) -> list[Change]:
    return [change for change in story.changes if change.type == kind]


def final(story: Story, kind: str) -> dict[str, dict[str, Any]]:
    """Return the last state of every record of the type."""
    states: dict[str, dict[str, Any]] = {}
    for change in of(story, kind):
        states.setdefault(change.rid, {}).update(change.fields)
    return states


def narratives(story: Story) -> list[str]:
    return [change.fields["narrative"] for change in of(story, "diary_entry") if change.kind == "create"]


def test_the_community_has_the_sizes_it_promises(story: Story) -> None:
    counts = story.counts()
    assert (counts["grids"], counts["households"], counts["people"], counts["accounts"]) == (
        21,
        4839,
        8959,
        44,
    )
    assert all(160 <= len(homes) <= 255 for homes in story.households)
    assert all(1 <= len(grid.estates) <= 3 for grid in story.grids)
    names = [estate.name for grid in story.grids for estate in grid.estates]
    assert len(set(names)) == len(names)
    assert {estate.style for grid in story.grids for estate in grid.estates} == {"walkup", "tower", "village"}


@pytest.mark.parametrize(
    ("grids", "households", "people"), [(1, 230, 427), (2, 461, 853), (60, 13826, 25597)]
)
def test_other_sizes_keep_the_proportions(grids: int, households: int, people: int) -> None:
    counts = tell(grids=grids, today=TODAY, months=1).counts()
    assert (counts["grids"], counts["households"], counts["people"]) == (grids, households, people)


def test_one_seed_tells_one_story_in_every_process() -> None:
    here = tell(grids=2, today=TODAY, seed=7).digest()
    code = "from server.demo.story import *; print(tell(grids=2, today=date(2026, 11, 24), seed=7).digest())"
    for hash_seed in ("1", "2"):
        there = subprocess.run(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here
    assert tell(grids=2, today=TODAY, seed=8).digest() != here


def test_diaries_are_as_many_and_as_regular_as_in_a_community(story: Story) -> None:
    entries = [change for change in of(story, "diary_entry") if change.kind == "create"]
    days = [date.fromisoformat(change.fields["visit_date"]) for change in entries]
    assert max(days) < TODAY
    assert TODAY - timedelta(days=366) <= min(days)
    months = Counter((day.year, day.month) for day in days)
    assert all(200 <= months[2026, month] <= 600 for month in range(1, 11))
    outings = {(change.author, day) for change, day in zip(entries, days, strict=True)}
    trips = Counter((author, day.year, day.month) for author, day in outings)
    assert all(1 <= trips[f"cadre{number:02d}", 2026, 6] <= 4 for number in range(1, 41))
    assert 0.6 < sum(day.weekday() < 5 for day in days) / len(days) < 0.97
    assert {change.fields["period"] for change in entries} == {"morning", "afternoon", "evening"}
    assert {change.fields["channel"] for change in entries} == {"in_person", "phone", "video", "message"}
    kinds = {change.fields["target_type"] for change in entries}
    assert kinds == {"household", "enterprise", "merchant", "public_place"}
    assert all(change.wall.date() <= TODAY for change in story.changes)


def test_narratives_are_distinct_whole_and_of_every_length(story: Story) -> None:
    texts = narratives(story)
    assert len(set(texts)) >= 0.95 * len(texts)
    lengths = sorted(map(len, texts))
    assert (lengths[0] >= 12, lengths[-1] <= 300, lengths[-1] > 180) == (True, True, True)
    assert 35 <= lengths[len(lengths) // 2] <= 90
    for text in texts:
        assert not set("[]{}|") & set(text), text
        assert "，，" not in text, text
        assert "。。" not in text, text
        assert text.endswith(("。", "”", "！", "？")), text
    openings = Counter(text[:12] for text in texts)
    assert openings.most_common(1)[0][1] < 0.01 * len(texts)


def test_every_topic_is_told(story: Story) -> None:
    told = Counter(topic for entry in of(story, "diary_entry") for topic in entry.fields.get("topics", []))
    assert {topic.category for topic in topics()} == set(told)


def test_later_visits_refer_to_earlier_problems(story: Story) -> None:
    titles = {change.fields["title"] for change in of(story, "problem") if change.kind == "create"}
    texts = narratives(story)
    assert sum("回访" in text or "上次" in text or "来时" in text for text in texts) > 100
    assert sum(any(f"「{title}」" in text for title in titles) for text in texts if "「" in text) > 50


def test_problems_have_every_disposition_and_state_and_some_are_overdue_or_due_soon(story: Story) -> None:
    problems = final(story, "problem").values()
    assert {problem.get("disposition") for problem in problems} == {
        None,
        "on_spot",
        "timed",
        "phased",
        "explained",
    }
    states = Counter(problem["state"] for problem in problems)
    assert set(states) == {
        "recorded",
        "resolved_on_spot",
        "open",
        "phased",
        "explained",
        "resolved",
        "closed",
    }
    due = [date.fromisoformat(problem["due_on"]) for problem in problems if problem["state"] == "open"]
    assert sum(day < TODAY for day in due) >= 3
    assert sum(TODAY <= day <= TODAY + timedelta(days=7) for day in due) >= 2
    own = {change.rid for change in of(story, "problem") if change.author == "cadre01"}
    assert any(final(story, "problem")[rid]["state"] == "open" for rid in own)
    assert {problem["urgency"] for problem in problems} == {"normal", "urgent", "critical"}


def test_old_diaries_are_reviewed_and_the_last_ten_days_are_not(story: Story) -> None:
    entries = {
        change.rid: change.wall.date() for change in of(story, "diary_entry") if change.kind == "create"
    }
    reviews = of(story, "review")
    reviewed = {review.fields["diary_id"] for review in reviews}
    recent = {rid for rid, day in entries.items() if (TODAY - day).days <= 10}
    old = {rid for rid, day in entries.items() if (TODAY - day).days > 30}
    assert len(recent) > 50
    assert not recent & reviewed
    assert len(old & reviewed) > 0.93 * len(old)
    returned = [review for review in reviews if review.fields["verdict"] == "returned"]
    assert 0.01 < len(returned) / len(reviews) < 0.06
    assert all(review.fields["comments"] for review in returned)
    assert all(review.wall.date() >= entries[review.fields["diary_id"]] for review in reviews)


def test_the_first_cadre_has_one_return_to_correct(story: Story) -> None:
    own = {change.rid for change in of(story, "diary_entry") if change.author == "cadre01"}
    returned = {
        review.fields["diary_id"] for review in of(story, "review") if review.fields["verdict"] == "returned"
    }
    corrected = {change.rid for change in of(story, "diary_entry") if change.kind == "set"}
    assert (returned & own) - corrected


def test_everything_points_at_something_in_its_own_grid(story: Story) -> None:
    grid_of = {home.id: grid for grid, homes in enumerate(story.households) for home in homes}
    diary_grid = {change.rid: change.grid for change in of(story, "diary_entry")}
    for change in story.changes:
        if home := change.fields.get("household_id"):
            assert grid_of[home] == change.grid
        if diary := change.fields.get("diary_id"):
            assert diary_grid[diary] == change.grid
    ids = [change.rid for change in story.changes if change.kind != "set"] + list(grid_of)
    assert len(set(ids)) == len(ids)


def test_three_years_can_be_told() -> None:
    story = tell(grids=1, today=TODAY, months=36)
    assert min(change.wall.date() for change in story.changes) < date(2024, 1, 1)
