"""Time: virtual unless asked otherwise, and the same call either way. Interrupted and broken runs lose nothing."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.result import CallResult
from simulator.mobile import PushPrompt, Text
from tests.callers.line import Answer, HandMobile, Line, Pages, Params, Play, open_line, told

MENU = '<Gather numDigits="1" action="/next"><Say>Press one.</Say></Gather><Say>Late.</Say>'
STEPS = """
    - hear: press one
    - timeout: true
    - hear: late
"""


async def test_a_paced_call_spends_every_second_and_is_otherwise_the_same(play: Play) -> None:
    spent: list[float] = []

    async def spend(seconds: float) -> None:
        spent.append(seconds)

    virtual = await play(STEPS, MENU)
    paced = await play(STEPS, MENU, settings=Settings(pace=spend))

    assert sum(spent) == pytest.approx(virtual.virtual_seconds)
    assert min(spent) > 0
    assert list(paced.journal_lines()) == list(virtual.journal_lines())


async def test_waiting_is_paced_too(play: Play) -> None:
    spent: list[float] = []

    async def spend(seconds: float) -> None:
        spent.append(seconds)

    await play("- wait: 3.5", "<Pause length='2'/><Pause length='60'/>", settings=Settings(pace=spend))

    assert spent == [2.0, 1.5]


async def test_an_interrupted_call_is_hung_up_and_told(play: Play) -> None:
    """The caller is cancelled while the application thinks; its status callback still comes."""
    line, asked, finished = Line({"/end": "ok"}), asyncio.Event(), list[CallResult]()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/voice":
            asked.set()
            await asyncio.Event().wait()
        await line(scope, receive, send)

    (script,) = read_scripts(play.write("- hear: hello"))
    network = open_line(application, status_callback="http://app.example/end")
    call = asyncio.create_task(run_call(script, network, finished=finished.append))
    await asked.wait()

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    (result,) = finished
    assert result.is_interrupted
    assert "interrupted" in told(result)
    assert line.asked == [("POST", "/end")]
    assert '"what":"HungUp"' in "".join(result.journal_lines())


async def test_a_broken_run_still_tells_what_happened(play: Play) -> None:
    """Whatever breaks, even this program itself, the journal is not lost."""

    line = Line({"/voice": MENU})

    class Breaking(HandMobile):
        async def prompts(self, number: str) -> Sequence[PushPrompt]:
            if line.asked:
                raise ZeroDivisionError("broken on purpose")
            return ()

    finished: list[CallResult] = []
    (script,) = read_scripts(play.write("- hear: press one\n- push: approve"))

    with pytest.raises(ZeroDivisionError):
        await run_call(script, open_line(line, Breaking()), finished=finished.append)

    (result,) = finished
    assert "ZeroDivisionError: broken on purpose" in told(result)
    assert '"what":"Replied"' in "".join(result.journal_lines())


async def test_an_application_that_raises_is_what_twilio_makes_of_it(play: Play) -> None:
    def broken(_: Params) -> Answer:
        raise ValueError("oops")

    result = await play("- expect_warning: 11200\n- expect_end: application-error", {"/voice": broken})

    assert result.message() is None


@pytest.mark.parametrize("steps", ["- wait: 1", "- wait: 60", "- hear: application error", "- hangup: true"])
async def test_a_script_that_does_not_say_so_fails_when_the_application_does(play: Play, steps: str) -> None:
    result = await play(steps, {"/voice": Answer("oops", 500)})

    assert "every step held, but the application failed the call" in told(result)
    assert "nearest: 11200" in told(result)


async def test_a_whisper_that_fails_is_a_call_that_fails(play: Play) -> None:
    pages: Pages = {"/voice": '<Dial><Number url="/whisper">+13125550111</Number></Dial>', "/whisper": Answer("", 500)}

    result = await play("- callee:\n    - wait: 1\n- expect_end: completed", pages)

    assert "every step held, but the application failed the call" in told(result)


async def test_a_text_that_arrives_later_is_waited_for_by_the_call_not_by_the_clock(play: Play) -> None:
    """A code sent by a page that is fetched while keys are awaited is there when they are pressed."""
    mobile = HandMobile()

    def send(_: Params) -> str:
        mobile.delivered.append(Text("+17735551234", "no code", None, 0.0))
        mobile.deliver("123456")
        return '<Gather numDigits="6" action="/next"/>'

    pages: Pages = {
        "/voice": "<Pause length='3'/><Redirect>/send</Redirect>",
        "/send": send,
        "/next": "<Say>Yes.</Say>",
    }

    assert (await play('- press: "${sms_code}"\n- hear: "yes"', pages, mobile=mobile)).ok
