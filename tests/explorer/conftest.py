"""The demo explored once for all tests of a worker: it takes seconds."""

import asyncio
from time import perf_counter

import pytest

from okta_twilio_ivr.replays import replayed_demo
from simulator.explorer.exploring import explore
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Tree


@pytest.fixture(scope="session")
def demo_tree() -> Tree:
    """Every way through the demo."""
    return asyncio.run(explore(replayed_demo(), Plan(), stopwatch=perf_counter))


@pytest.fixture(scope="session")
def jane_s_tree() -> Tree:
    """As far as Jane gets in four moves without faults: into her account."""
    plan = Plan(callers=("+17735551234",), bounds=Bounds(depth=4, faults=0))
    return asyncio.run(explore(replayed_demo(), plan, stopwatch=perf_counter))
