"""CONTRIBUTING.md, docs/architecture.md, docs/decisions.md: what they name is there, and lists follow their example."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import LONG

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "docs/architecture.md")}
SECTIONS = re.findall(
    r"^## Add (?:a|an) (\w+)\n[^#]*?Follow `([\w-]+)`:\n((?:- [^\n]*\n)+)", PAGES["CONTRIBUTING.md"], re.MULTILINE
)
DECISIONS = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")


def test_there_is_a_list_for_each_kind_of_thing() -> None:
    assert [kind for kind, *_ in SECTIONS] == ["verb", "step", "endpoint", "provider", "language", "fault", "pane"]


@pytest.mark.parametrize(("example", "files"), [(example, files) for _, example, files in SECTIONS])
def test_each_file_of_a_list_has_to_do_with_its_example(example: str, files: str) -> None:
    named = re.findall(r"^- `([^`]+)`:", files, re.MULTILINE)

    assert len(named) == files.count("\n")
    for file in named:
        assert re.search(rf"\b{example}\b", (ROOT / file).read_text(encoding="utf-8")), f"{file} has no {example}"


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_exists(page: str) -> None:
    paths = re.findall(r"`((?:\.?\w[\w.-]*/)[\w./-]*)`", PAGES[page])
    links = re.findall(r"\]\(([^)#]+)\)", PAGES[page])

    missing = [each for each in paths if not (ROOT / each).exists() and not each.startswith("/")]
    assert len(paths) > 10
    assert not missing
    assert all((ROOT / page).parent.joinpath(link).exists() for link in links)


def test_make_knows_the_targets_that_are_named() -> None:
    named = set(re.findall(r"`make ([a-z-]+)`", PAGES["CONTRIBUTING.md"]))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert {"test", "long", "check", "check-all"} <= named <= targets


def test_decisions_keep_their_numbers_and_point_at_decisions_that_exist() -> None:
    numbers = [int(number) for number in re.findall(r"^## (\d+)\. ", DECISIONS, re.MULTILINE)]
    pointed = {
        int(number)
        for line in re.findall(r"^\*(.*)\*$", DECISIONS, re.MULTILINE)
        for number in re.findall(r"\d+", line)
    }

    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert pointed
    assert pointed <= set(numbers)


def test_the_workflow_calls_ci_on_every_python_that_is_promised() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["check"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = [each.rpartition(" ")[2] for each in project["classifiers"] if ":: 3." in each]

    assert job["strategy"]["matrix"]["python"] == promised
    assert ".ci/run" in [step.get("run") for step in job["steps"]]


@pytest.mark.parametrize(
    "file",
    [
        ".pre-commit-config.yaml",
        *sorted(str(each.relative_to(ROOT)) for each in (ROOT / ".github/ISSUE_TEMPLATE").iterdir()),
    ],
)
def test_other_files_for_contributors_can_be_read(file: str) -> None:
    assert yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def test_every_long_test_is_in_the_table_by_a_path_that_exists() -> None:
    assert all((ROOT / each).exists() for each in LONG)
