"""The soak: a clean line passes, a defective one is found by the right law, and what is printed shows it again."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bench.soak.__main__ import main
from okta_twilio_ivr.world import open_demo
from simulator.cli.phone import make_phone

DEFECTS = "tests.soak.defects:"


def soaked(*words: str) -> Result:
    """The command, as from a shell."""
    return CliRunner().invoke(main, list(words))


def told(*words: str) -> dict[str, Any]:
    """Its summary."""
    found: dict[str, Any] = json.loads(soaked(*words, "--json").stdout)
    return found


def test_calls_through_all_kinds_of_trouble_break_no_law() -> None:
    summary = told("--calls", "40", "--seed", "2")

    assert summary["breach"] is None
    assert summary["ok"]
    assert summary["calls"] == sum(summary["caller"].values()) == sum(summary["ended"].values()) == 40
    assert len(summary["fault"]) >= 2, "there was trouble"
    assert sum(summary["restarts,"].values()) >= 1
    assert summary["webhooks"]["twice"] >= 1
    assert summary["webhooks"]["reply lost"] >= 1
    assert min(summary["counts"][what] for what in ("heard the balance", "repetitions recognised")) >= 5


def test_direct_authentication_breaks_no_law_either() -> None:
    summary = told("--round", "2.1", "--calls", "40")

    assert summary["breach"] is None
    assert summary["counts"]["heard the balance"] >= 3
    assert summary["counts"]["codes tried"] >= 5


@pytest.mark.parametrize(
    ("defect", "law", "seed", "words"),
    [  # with these seeds the first calls meet it already
        ("forgets_the_factor_check", "bypass", "8", ()),
        ("answers_500_under_fault", "application-error", "7", ()),
        ("knows_no_repetition", "repetition", "6", ()),
        ("counts_no_tries", "lock-out", "5", ()),
        ("stumbles_over_a_denial", "failure", "2", ()),
        ("leaks", "memory", "8", ("--spell", "2", "--calls", "16")),
    ],
)
def test_a_defect_is_found_and_the_printed_command_shows_it_again(
    tmp_path: Path, defect: str, law: str, seed: str, words: tuple[str, ...]
) -> None:
    journal = tmp_path / "failure.jsonl"

    found = soaked("--calls", "100", "--seed", seed, *words, "--line", DEFECTS + defect, "--journal", str(journal))

    assert found.exit_code == 1
    assert f"BROKEN {law}:" in found.stderr
    command = next(line for line in found.stderr.splitlines() if line.startswith("again:")).split("bench.soak ")[1]
    again = tmp_path / "again.jsonl"
    repeated = soaked(*command.split(), "--journal", str(again))
    assert repeated.exit_code == 1
    assert f"BROKEN {law}:" in repeated.stderr
    assert again.read_bytes() == journal.read_bytes()


def test_a_breach_is_shown_by_few_calls_and_its_journal_can_be_told(tmp_path: Path) -> None:
    journal, page = tmp_path / "failure.jsonl", tmp_path / "failure.html"
    line = ("--line", DEFECTS + "forgets_the_factor_check")

    found = soaked("--calls", "100", "--seed", "8", *line, "--journal", str(journal))

    assert "; 1 call of it suffices" in found.stderr
    assert f"phone --replay {journal}" in found.stderr
    assert journal.read_text(encoding="utf-8").count('"what":"Rang"') == 1
    exported = CliRunner().invoke(make_phone(open_demo), ["export", str(journal), "--html", str(page)])
    assert exported.exit_code == 0, exported.output
    assert "Thanks for calling" in page.read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_journal_to_the_byte(tmp_path: Path) -> None:
    """Also in another process, where sets of strings are in another order."""
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    words = ("--round", "same.0", "--calls", "12")

    soaked(*words, "--journal", str(here))
    subprocess.run(
        [sys.executable, "-m", "bench.soak", *words, "--journal", str(there)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "77"},
    )

    assert here.read_bytes() == there.read_bytes()
    assert here.read_bytes().count(b'"what":"Ended"') == 12


def test_another_seed_gives_another_journal(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"

    soaked("--round", "one.0", "--calls", "2", "--journal", str(one))
    soaked("--round", "other.0", "--calls", "2", "--journal", str(other))

    assert one.read_bytes() != other.read_bytes()


def test_workers_share_the_rounds_and_come_to_the_same() -> None:
    words = ("--calls", "6", "--per-round", "3", "--seed", "shared")

    alone, together = told(*words), told(*words, "--workers", "2")

    timeless = ("caller", "fault", "webhooks", "ended", "counts", "calls", "rounds", "virtual_seconds", "ok")
    assert {name: alone[name] for name in timeless} == {name: together[name] for name in timeless}
    assert together["workers"] == 2


def test_it_leaves_the_log_as_it_was() -> None:
    before = logging.getLogger("ivr").level

    soaked("--round", "log.0", "--calls", "1")

    assert logging.getLogger("ivr").level == before


def test_ctrl_c_shows_what_was_done_so_far() -> None:
    found = soaked("--calls", "5000", "--seed", "cut", "--line", DEFECTS + "is_interrupted")

    assert found.exit_code == 130
    assert "of 5,000 calls in 1 round, seed cut" in found.stdout
    assert "interrupted" in found.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--only", "1"), "--only needs --round"),
        (("--round", "1.0", "--only", "x"), "--only takes numbers of calls"),
        (("--round", "1.0", "--workers", "2"), "A round is run by one process"),
        (("--line", "nowhere:nothing"), "there is no such function"),
        (("--line", "ivr"), "write MODULE:FUNCTION"),
        (("--journal", "/no/such/folder/x.jsonl"), "there is no directory /no/such/folder"),
    ],
)
def test_wrong_use_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    found = soaked(*words)

    assert found.exit_code == 2
    assert sentence in found.stderr
