"""Steps that break something on purpose: before the call, in the middle of it, and mended again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from okta_twilio_ivr.world import open_demo
from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.result import CallResult
from simulator.callers.script.source import ScriptError
from simulator.network import Network, OpenNetwork, Trouble
from simulator.operator.clock import Clock
from tests.callers.line import Line, Play, open_line, told

MENU = '<Gather numDigits="1" action="/next" timeout="4"><Say>Press one.</Say></Gather>'
PAGES = {"/voice": MENU, "/next": MENU}


async def of(folder: Path, text: str, network: OpenNetwork) -> CallResult:
    (folder / "call.yaml").write_text(text)
    (script,) = read_scripts(folder / "call.yaml")
    return await run_call(script, network)


async def test_a_webhook_fails_from_there_on(play: Play) -> None:
    steps = """
        - press: "1"
        - break: webhook-500
        - press: "1"
        - hear: application error
        - expect_warning: 11200
        - expect_end: application-error
    """

    assert (await play(steps, PAGES)).message() is None


async def test_a_trouble_meets_as_many_webhooks_as_it_is_told_and_no_fallback_url_is_counted(play: Play) -> None:
    steps = """
        - hear: Press one
        - break: webhook-500
          times: {times}
        - press: "1"
        - hear: We go on
        - press: "1"
        - hear: {heard}
    """
    fallback = '<Gather numDigits="1" action="/next" timeout="4"><Say>We go on.</Say></Gather>'
    pages = {"/voice": MENU, "/fallback": fallback, "/next": "<Say>All is well.</Say>"}

    for times, heard in ((1, "All is well"), (2, "We go on")):
        result = await play(steps.format(times=times, heard=heard), pages, fallback_url="http://app.example/fallback")

        assert result.message() is None


async def test_what_is_ordered_for_one_webhook_can_be_taken_back(play: Play) -> None:
    steps = "- break: webhook-500\n  times: 1\n- mend: {what}\n- press: 1\n- hear: press one"

    assert (await play(steps.format(what="webhook-500"), PAGES)).ok
    assert (await play(steps.format(what="all"), PAGES)).ok


async def test_the_newest_order_counts(play: Play) -> None:
    once_more = "- break: webhook-500\n- break: webhook-500\n  times: 1\n- press: 1\n- mend: webhook-500"
    lasting = "- break: webhook-500\n  times: 1\n- break: webhook-500\n- press: 1\n- mend: webhook-500\n- {}"

    assert "webhook-500 is not broken" in told(await play(once_more, PAGES))
    assert (await play(lasting.format("expect_end: application-error"), PAGES)).ok


async def test_what_is_broken_for_the_first_webhook_only_stands_before_the_steps(tmp_path: Path) -> None:
    first = "trouble: {break: webhook-refused, times: 2}\nsteps:\n- expect_warning: 11202"  # it is tried twice
    listed = "trouble: [wrong-signature, {break: webhook-500, times: 1}]\nsteps:\n- expect_warning: 11200"

    for text in (first, listed):
        assert (await of(tmp_path, text, open_line(Line(PAGES)))).message() is None


async def test_a_trouble_that_is_used_up_is_told_and_cannot_be_mended(play: Play) -> None:
    result = await play("- break: webhook-500\n  times: 1\n- press: 1\n- mend: webhook-500", PAGES)

    assert "webhook-500 is not broken; nothing is" in told(result)
    assert result.failure is not None
    lines = [line.split("  trouble      ")[1] for line in result.failure.transcript if "  trouble  " in line]
    assert lines == [
        "begins: the application answers with status 500, for the next webhook",
        "ends: the application answers with status 500",
    ]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("- break: webhook-500\n  times: 0", "times is how many webhooks meet it, at least 1"),
        ("- break: webhook-500\n  times: often", "times is a whole number"),
        ("- break: webhook-500\n  once: true", "break does not go with once: beside it fits times"),
        ("- mend: webhook-500\n  times: 1", "mend does not go with times: nothing else fits beside it"),
    ],
)
def test_how_often_is_a_number_of_webhooks(tmp_path: Path, step: str, why: str) -> None:
    (tmp_path / "call.yaml").write_text(f"steps:\n{step}\n")

    with pytest.raises(ScriptError, match=why):
        read_scripts(tmp_path / "call.yaml")


def test_trouble_before_the_call_is_a_name_or_a_break(tmp_path: Path) -> None:
    (tmp_path / "call.yaml").write_text("trouble: {times: 1}\nsteps:\n- hear: x\n")

    with pytest.raises(ScriptError, match="trouble is a name, or a mapping with break and times"):
        read_scripts(tmp_path / "call.yaml")


async def test_trouble_of_a_service_is_not_counted(tmp_path: Path) -> None:
    result = await of(tmp_path, "steps:\n- break: okta-down\n  times: 1", open_demo)

    assert "okta-down lasts until it is mended: times goes with webhook-slow, " in told(result)


async def test_what_is_mended_works_again(play: Play) -> None:
    steps = "- break: wrong-signature\n- break: webhook-500\n- mend: {what}\n- press: 1\n- hear: press one"

    assert (await play(steps.format(what="webhook-500"), PAGES)).ok
    assert (await play(steps.format(what="all"), PAGES)).ok
    assert not (await play(steps.format(what="wrong-signature"), PAGES)).ok


async def test_what_is_broken_before_the_call_meets_its_first_webhook(tmp_path: Path) -> None:
    text = (
        "trouble: [webhook-refused, wrong-signature]\nsteps:\n- expect_warning: 11202\n- expect_end: application-error"
    )
    line = Line(PAGES)

    assert (await of(tmp_path, text, open_line(line))).message() is None
    assert not line.asked


async def test_okta_goes_down_in_the_middle_of_a_call_to_the_demo(tmp_path: Path) -> None:
    text = """
steps:
  - break: okta-down
  - press: "1"
  - hear: because a service I need is not responding
  - mend: okta-down
  - press: "2"
  - hear: call back
"""

    assert (await of(tmp_path, text, open_demo)).message() is None


async def test_a_failed_script_tells_of_the_trouble_among_what_happened(play: Play) -> None:
    result = await play("- break: webhook-500\n- mend: webhook-500\n- hear: nothing like it", PAGES)

    assert result.failure is not None
    lines = [line.split("  trouble      ")[1] for line in result.failure.transcript if "  trouble  " in line]
    assert lines == ["begins: the application answers with status 500", "ends: the application answers with status 500"]


async def test_what_cannot_be_broken_or_mended_is_said_by_name(play: Play, tmp_path: Path) -> None:
    assert "there is no trouble called webhook-501; there are webhook-slow" in told(
        await play("- break: webhook-501", PAGES)
    )
    assert "okta-down cannot be made here: it needs the demo, or --okta" in told(
        await play("- break: okta-down", PAGES)
    )
    assert "webhook-500 is not broken; nothing is" in told(await play("- mend: webhook-500", PAGES))
    before = await of(tmp_path, "trouble: okta-down\nsteps: [hear: press]", open_line(Line(PAGES)))
    assert "trouble: okta-down cannot be made here" in told(before)


async def test_nothing_stays_broken_when_the_script_is_over(tmp_path: Path) -> None:
    broken: list[str] = []

    async def begin() -> None:
        broken.append("a service")

    async def end() -> None:
        broken.clear()

    @asynccontextmanager
    async def network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_line(Line(PAGES))(clock, seed=seed) as opened:
            yield replace(opened, troubles=(Trouble("gone", "a service is gone", begin, end, "service"),))
            assert not broken

    for steps in ("hear: Press one", "hear: never said"):
        await of(tmp_path, f"trouble: gone\nsteps: [{steps}]", network)


async def test_nothing_stays_broken_when_the_run_is_broken_off(tmp_path: Path) -> None:
    broken: list[str] = []
    asked = asyncio.Event()

    async def begin() -> None:
        broken.append("a service")

    async def end() -> None:
        broken.clear()

    class NeverAnswers(Line):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                asked.set()
                await asyncio.get_running_loop().create_future()
            await super().__call__(scope, receive, send)

    @asynccontextmanager
    async def network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with open_line(NeverAnswers(PAGES))(clock, seed=seed) as opened:
            yield replace(opened, troubles=(Trouble("gone", "a service is gone", begin, end, "service"),))

    run = asyncio.create_task(of(tmp_path, "trouble: gone\nsteps: [hear: Press one]", network))
    await asked.wait()
    assert broken
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert not broken
