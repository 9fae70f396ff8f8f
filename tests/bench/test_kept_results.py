"""Results of the benchmarks as they are kept: what has grown is said, what is noise is not."""

from pathlib import Path

import pytest

from bench.kept import HOME, Release, growth, keep, kept, page, table
from bench.measure import Rounds, Row, by_turns

COST = Row("cost per webhook", "100 µs", "≤ 110 µs", True, 100.0, "4 µs")
RATE = Row("calls", "3,000/s", "≥ 3,000/s", True, 3000.0)


def row(value: float, budget: str = "≤ 110 µs") -> Row:
    return Row("cost per webhook", f"{value:g} µs", budget, None, value)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (row(130), COST, "+30% WORSE"),
        (row(70), COST, "-30% better"),
        (row(70, "≥ 3,000/s"), row(100, "≥ 3,000/s"), "-30% WORSE"),
        (row(109), COST, "="),
        (row(0.2), row(0), "="),
        (row(9), row(0), "was 0 µs, WORSE"),
        (row(-5), row(10), "was 10 µs, better"),
        (row(8), row(-2), "was -2 µs, WORSE"),
        (COST, None, "new"),
    ],
)
def test_growth_is_told_in_the_direction_of_the_budget(now: Row, before: Row | None, said: str) -> None:
    assert growth(now, before) == said


def test_releases_are_kept_one_file_each_and_read_back_in_the_order_of_versions(tmp_path: Path) -> None:
    for version in ("0.10.0", "0.9.0"):
        keep(Release(version, {"machine": "2 cores"}, [COST, RATE]), tmp_path)

    assert [each.version for each in kept(tmp_path)] == ["0.9.0", "0.10.0"]
    assert kept(tmp_path)[1].rows == [COST, RATE]
    assert (tmp_path / "README.md").read_text() == page(kept(tmp_path))


def test_the_table_shows_what_was_missed_and_what_is_new() -> None:
    earlier = Release("0.1.0", {}, [COST])
    slow = Row("cost per webhook", "150 µs", "≤ 110 µs", False, 150.0, "4 µs")

    lines = table(Release("0.2.0", {}, [slow, RATE]), earlier).splitlines()

    assert lines[0].endswith("| since 0.1.0 |")
    assert lines[2] == "| cost per webhook | 150 µs | 4 µs | ≤ 110 µs | MISSED | +50% WORSE |"
    assert lines[3].endswith("| met | new |")


def test_a_budget_that_was_missed_in_rounds_that_disagree_is_called_noisy() -> None:
    slow = Row("cost per webhook", "150 µs", "≤ 110 µs", False, 150.0, "4 µs", is_noisy=True)
    quick = Row("cost per webhook", "90 µs", "≤ 110 µs", True, 90.0, "4 µs", is_noisy=True)

    lines = table(Release("0.2.0", {}, [slow, quick]), None).splitlines()

    assert [line.split(" | ")[4].strip() for line in lines[2:]] == ["noisy", "met"]


@pytest.mark.parametrize(
    ("seconds", "is_noisy"),
    [((1.0, 1.01, 1.02, 0.99), False), ((1.0, 1.5, 1.0, 1.5), True), ((1.0,) * 9 + (9.0,), False)],
)
def test_rounds_are_noisy_when_their_middle_half_lies_apart(seconds: tuple[float, ...], is_noisy: bool) -> None:
    assert Rounds(seconds).is_noisy is is_noisy


async def test_works_are_measured_by_turns() -> None:
    done: list[str] = []

    async def first() -> None:
        done.append("first")

    async def second() -> None:
        done.append("second")

    found = await by_turns({"first": first, "second": second}, 3)

    assert done == ["first", "second"] * 4
    assert {name: len(rounds.seconds) for name, rounds in found.items()} == {"first": 3, "second": 3}


def test_the_page_is_that_of_the_files_beside_it() -> None:
    assert (HOME / "README.md").read_text(encoding="utf-8") == page(kept())
