"""What an operator types, in its order, against served fakes: set-ups, doctor, calls on the live backend, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from fakes.okta.control import Control
from fakes.okta.state import Okta
from fakes.web import Request
from tests.ivr.desk import CALLS, WHO, open_desk


def shown(okta: Okta) -> str:
    """`GET /_fake/state` but for the time of day and the number of texts, which nobody can take back."""
    state = json.loads(Control(okta.org).answer(Request("GET", okta.org.url, "/_fake/state", "", {}, b"")).body)
    return json.dumps({**state, "now": 0, "texts": 0})


@pytest.mark.parametrize("pipeline", ["v1", "idx"])
async def test_two_commands_make_the_services_ready_for_calls_and_one_takes_it_back(
    tmp_path: Path, pipeline: Literal["v1", "idx"]
) -> None:
    script = tmp_path / "calls.yaml"
    script.write_text(CALLS)
    async with open_desk(tmp_path, pipeline) as desk:
        before = shown(desk.okta)
        planned = await desk.set_up(*WHO, "--dry-run")
        untouched = shown(desk.okta)
        ready = await desk.set_up(*WHO, "--yes")
        number = await desk.ivr("setup", "twilio", "--yes")
        examined = await desk.ivr("doctor", "--phone", "+17735551234", "--json")
        where = ("--url", f"{desk.environ['IVR_PUBLIC_URL']}/ivr/welcome", "--okta", desk.environ["OKTA_ORG_URL"])
        called = await desk.phone("call", str(script), *where, "--auth-token", desk.environ["TWILIO_AUTH_TOKEN"])
        again = await desk.set_up(*WHO)
        undone = await desk.set_up("--undo", "--yes")
        after = shown(desk.okta)

    results = (planned, ready, number, examined, called, again, undone)
    assert [result.exit_code for result in results] == [0] * 7, [result.output for result in results]
    assert {each["state"] for each in json.loads(examined.stdout)["checks"]} == {"ok"}, examined.stdout
    assert "2 calls: 2 ok" in called.stderr + called.stdout
    assert "nothing to do" in again.stdout
    assert before == untouched == after
