"""docs/scripts.md says what the code does: every step with what fits beside it, every field, and its examples play."""

import re
from pathlib import Path
from typing import Any

import pytest

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import CALL_FIELDS, read_scripts
from simulator.callers.script.steps.company import CALLER_FIELDS
from simulator.callers.script.steps.ending import ENDS
from simulator.callers.script.steps.table import STEPS
from simulator.troubles import SERVICE_FAULTS, WEBHOOK_FAULTS
from tests.callers.line import open_line

PAGE = (Path(__file__).parents[2] / "docs/scripts.md").read_text()


def rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_step_has_a_row_with_what_fits_beside_it() -> None:
    written = {
        re.split(r"\W", row[0].strip("`"))[0]: tuple(re.findall(r"`(\w+)`", row[1])) for row in rows("The steps")
    }

    assert written == {name: kind.companions for name, kind in STEPS.items()}


def test_the_rows_stand_in_the_order_of_the_code() -> None:
    assert [re.split(r"\W", row[0].strip("`"))[0] for row in rows("The steps")] == list(STEPS)


def test_every_field_of_a_call_has_a_row() -> None:
    assert tuple(row[0].strip("`") for row in rows("The file")) == CALL_FIELDS


@pytest.mark.parametrize(
    ("step", "words"), [("expect_end", ENDS), ("caller", CALLER_FIELDS), ("break", (*SERVICE_FAULTS, *WEBHOOK_FAULTS))]
)
def test_a_row_names_every_word_that_the_step_takes(step: str, words: tuple[str, ...]) -> None:
    (row,) = (row for row in rows("The steps") if row[0].startswith(f"`{step}:"))

    assert [word for word in words if not re.search(rf"`{word}\b", row[2])] == []


@pytest.mark.parametrize("number", range(len(blocks("yaml"))))
async def test_an_example_goes_as_it_says_without_any_warning(number: int, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(blocks("yaml")[number])
    (source,) = blocks("python")
    names: dict[str, Any] = {}
    exec(compile(source, "docs/scripts.md", "exec"), names)

    for script in read_scripts(path):
        result = await run_call(script, open_line(names["app"]), Settings(is_strict=True))

        assert result.message() is None, "\n".join(result.failure.transcript if result.failure else ())


def test_the_examples_show_every_step_about_other_people() -> None:
    used = set(re.findall(r"\b(\w+):", "".join(blocks("yaml"))))

    assert {"expect_dial", "dial_outcome", "callee", "caller", "expect_bridged", "record", "transcription"} <= used
