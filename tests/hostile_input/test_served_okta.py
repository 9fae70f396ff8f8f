"""Whatever answers at --okta, the phone takes it for a fake Okta or says in one sentence that it is none."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakes.doors import served
from simulator.cli.phone import make_phone
from tests.callers.line import CALLER, Answer, Line, Page

STATE = {"users": [{"id": "00u1", "phones": [CALLER]}]}
GOOD: dict[str, object] = {
    "/_fake/state": STATE,
    "/_fake/requests": {"newest": 0, "requests": []},
    "/_fake/sms": [],
    "/_fake/push/00u1": [],
    "/_fake/clock": {},
}
WRONG: tuple[object, ...] = (
    5,
    "x",
    None,
    [5],
    ["x"],
    [[]],
    {"x": 1},
    [{"x": 1}],
    [{"to": 5, "body": 5, "code": 5, "at": "x"}],
)


def page(document: object) -> Page:
    return Answer(json.dumps(document), kind="application/json")


async def call(tmp_path: Path, step: str, documents: dict[str, object]) -> Result:
    """A call to a line that gathers a code, with these answers of whatever is at --okta."""
    (tmp_path / "s.yaml").write_text(f"from: '{CALLER}'\nsteps:\n- {step}\n")
    pages: dict[str, Page] = {path: page(document) for path, document in documents.items()}
    async with served(Line({"/voice": "<Gather/>"})) as line, served(Line(pages)) as okta:
        words = ["call", str(tmp_path / "s.yaml"), "--url", f"{line}/voice", "--okta", okta]
        return await asyncio.to_thread(CliRunner().invoke, make_phone(), words)


async def test_a_fake_that_answers_as_one_is_taken(tmp_path: Path) -> None:
    result = await call(tmp_path, "timeout: true", GOOD)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("wrong", [*WRONG, {"users": 5}, {"users": [5]}, {"users": [{"phones": 5}]}], ids=repr)
async def test_what_is_no_fake_okta_is_refused(tmp_path: Path, wrong: object) -> None:
    result = await call(tmp_path, "timeout: true", GOOD | {"/_fake/state": wrong})

    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    assert "is not a fake Okta" in result.stderr


@pytest.mark.parametrize("path", ["/_fake/sms", "/_fake/push/00u1"])
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
async def test_what_it_answers_later_fails_the_call_and_no_more(tmp_path: Path, path: str, wrong: object) -> None:
    step = "press: ${sms_code}" if path == "/_fake/sms" else "push: approve"

    result = await call(tmp_path, step, GOOD | {path: wrong})

    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1), result.output
    assert "is not a fake Okta: it answers" in result.output
