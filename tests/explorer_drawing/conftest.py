"""Trees that were really explored, once for all tests here."""

import asyncio

import pytest

from okta_twilio_ivr.replays import replayed_demo
from simulator.explorer.exploring import Exploration
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Tree
from simulator.network import OpenNetwork
from tests.explorer_drawing.lines import open_line


def explored(network: OpenNetwork, callers: tuple[str, ...] = (), *, depth: int = 4, faults: int = 0) -> Tree:
    """Four moves deep, without faults, unless told otherwise."""
    plan = Plan(callers=callers, bounds=Bounds(depth=depth, states=100, revisits=0, faults=faults))
    exploration = Exploration(network, plan, stopwatch=lambda: 0.0)
    asyncio.run(exploration.run())
    return exploration.tree()


@pytest.fixture(scope="session")
def tree() -> Tree:
    """Of the small line."""
    return explored(open_line)


@pytest.fixture(scope="session")
def faulty_tree() -> Tree:
    """Of the small line, with a fault in a path."""
    return explored(open_line, depth=3, faults=1)


@pytest.fixture(scope="session")
def demo_tree() -> Tree:
    """Of the demo, for Jane and for Jon, as far as the account menu."""
    return explored(replayed_demo(), ("+17735551234", "+17735555678"))
