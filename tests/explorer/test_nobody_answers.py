"""An application that is not there, from the start or from some call on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simulator.cli.phone import make_phone
from simulator.explorer.exploring import explore
from simulator.explorer.plan import Plan
from simulator.explorer.replaying import NobodyAnsweredError
from simulator.explorer.verdict import summary
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import Clock
from simulator.wires.trouble import REFUSED, TroubledWire
from simulator.wires.wire import Wire
from tests.callers.line import Line, open_line
from tests.explorer.usual_lines import GOODBYE, asking, judged

PAGES = {"/voice": asking("For hours press 1."), "/menu": GOODBYE}


def refusing(wire: Wire) -> Wire:
    dead = TroubledWire(wire)
    dead.begin(REFUSED)
    return dead


def gone_after(calls: int, **configured: Any) -> OpenNetwork:
    """A line that so many calls reach."""
    opens = open_line(Line(PAGES), **configured)
    made: list[int] = []

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with opens(clock, seed=seed) as network:
            if len(made) > calls:  # the first network makes no call
                network.operator.intercept(refusing)
            made.append(seed)
            yield network

    return open_network


def test_it_is_said_as_by_phone_call_and_nothing_is_written(tmp_path: Path) -> None:
    files = ["--tree", str(tmp_path / "tree.json"), "--baseline", str(tmp_path / "known.json"), "--write-baseline"]

    result = CliRunner().invoke(make_phone(replayed=lambda: gone_after(0)), ["explore", *files])

    assert result.exit_code == 2
    assert result.output == (
        "phone: Nobody answered: no connection to http://app.example/voice: it was refused (Twilio's code 11202); "
        "start the application or correct its URL (callers hear an announcement).\n"
    )
    assert list(tmp_path.iterdir()) == []


async def test_one_that_goes_away_ends_the_exploration_with_what_was_found() -> None:
    tree = await explore(gone_after(4), Plan(), stopwatch=lambda: 0.0)

    assert len(tree.edges) > 3
    assert tree.stopped == "unanswered"
    assert "(the application no longer answered)" in summary(judged(tree))


async def test_a_fallback_that_answers_is_explored() -> None:
    tree = await explore(gone_after(0, fallback_url="http://app.example/menu"), Plan(), stopwatch=lambda: 0.0)

    assert tree.stopped == ""


async def test_a_program_is_given_the_reason() -> None:
    with pytest.raises(NobodyAnsweredError, match="no connection to"):
        await explore(gone_after(0), Plan(), stopwatch=lambda: 0.0)
