"""Nothing an application does takes the phone down: the call ends as Twilio would end it; the inspector says why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.worker import WorkerFailed

from simulator.applications import Endpoint
from simulator.errors import SimulatorError
from simulator.network import Network, build_network
from simulator.operator.clock import Clock
from simulator.wires.wire import WireReply, WireRequest
from tests.phone.bank import ANN, Branch
from tests.phone.visitor import visiting

SORRY = "We are sorry, an application error has occurred."


async def test_an_application_that_raises_is_heard_as_an_announcement_and_explained() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "2")
        await visitor.wait(4)
        assert visitor.sees(SORRY)
        await visitor.press("i")

        assert visitor.sees("11200 the document could not be fetched")
        assert visitor.sees("make the application answer this URL with status 200")
        assert visitor.sees("POST /menu 500")
        await visitor.wait(60)
        await visitor.press("v")
        assert visitor.sees("the call ended after an application error")


async def test_a_document_with_mistakes_is_marked_where_they_are() -> None:
    async with visiting(size=(160, 50)) as visitor:
        await visitor.press("c", "4")

        assert visitor.sees("13520")
        assert visitor.sees("13511")
        marked = [line.split("││")[-1] for line in visitor.screen().splitlines() if "▲ " in line]
        assert any("▲ " in line and '<Say voice="nobody">' in line for line in marked)
        assert any("▲ " in line and "<Pause lenght=" in line for line in marked)


async def test_rubbish_is_shown_without_steering_the_terminal() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "6", "i")

        assert "\x1b" not in visitor.screen()
        assert visitor.sees("12100")
        assert visitor.sees("␛[2J")


async def test_what_is_said_and_played_cannot_steer_the_terminal() -> None:
    async with visiting(size=(160, 50)) as visitor:
        await visitor.press("c", "9")
        await visitor.wait(2)

        assert not {"\x9b", "\u202e"} & set(visitor.screen())


async def test_an_application_that_hangs_can_be_hung_up_on() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "5")
        await visitor.wait(3)
        await visitor.press("i")
        assert visitor.sees("waiting for the application")
        assert visitor.sees("POST /menu … 3.0 s")
        await visitor.press("h", "v")

        assert visitor.sees("you hung up")


async def test_leaving_during_a_call_hangs_up_first_and_closes_the_network() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.wait(1)
        await visitor.press("ctrl+c")

        assert not visitor.app.is_running
        assert visitor.bank.requests[-1][0] == "/over"
        assert not visitor.branch.is_open
        assert visitor.app.return_code == 0


async def test_leaving_does_not_wait_for_an_application_that_hangs() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "5", "ctrl+q")

        assert not visitor.app.is_running


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (SimulatorError("no application at http://127.0.0.1:5000"), "no application at http://127.0.0.1:5000"),
        (OSError(13, "Permission denied"), "Permission denied"),
        (RuntimeError("boom"), "RuntimeError: boom"),
    ],
)
async def test_a_network_that_does_not_open_is_one_sentence(trouble: Exception, sentence: str) -> None:
    async with visiting(Branch(trouble=trouble)) as visitor:
        assert visitor.sees("the line could not be opened:")
        assert visitor.sees(sentence)
        assert "Traceback" not in visitor.screen()
        await visitor.press("c", "1", "t")
        await visitor.press("ctrl+q")

        assert visitor.app.return_code == 1
        assert visitor.app.failure is not None
        assert visitor.app.failure.endswith(sentence)


async def test_an_error_in_the_phone_itself_is_not_swallowed() -> None:
    async def visit() -> None:
        async with visiting() as visitor:
            visitor.bank.pocket.trouble = ZeroDivisionError("a mistake in the reader of the mobile")
            await visitor.press("c")
            await visitor.wait(1)

    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        await visit()


class BrokenWire:
    """A wire with a mistake in it: what it raises is not a WireError."""

    async def send(self, request: WireRequest) -> WireReply:
        raise ZeroDivisionError(request.url)


async def test_an_error_in_the_wire_itself_is_not_swallowed() -> None:
    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        yield build_network(Endpoint("https://bank.example/voice", BrokenWire()), clock, seed=seed, caller=ANN.number)

    async def visit() -> None:
        async with visiting(open_network) as visitor:
            await visitor.press("c")

    with pytest.raises(WorkerFailed, match=r"TaskGroup"):
        await visit()


async def test_a_mobile_that_cannot_be_read_says_so() -> None:
    async with visiting() as visitor:
        visitor.bank.pocket.trouble = OSError("the fake Okta does not answer")
        await visitor.press("m")
        await visitor.wait(1)

        assert visitor.sees("the fake Okta does not answer")
