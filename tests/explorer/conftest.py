"""The demo explored once for all tests: it takes seconds."""

import asyncio
from time import perf_counter

import pytest

from demo.replays import replayed_demo
from simulator.explorer.exploring import Plan, explore
from simulator.explorer.tree import Tree


@pytest.fixture(scope="session")
def demo_tree() -> Tree:
    """Every way through the demo."""
    return asyncio.run(explore(replayed_demo(), Plan(), stopwatch=perf_counter))
