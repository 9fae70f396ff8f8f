"""Scripts and tests made of a tree hold in calls in which tickets, times and places in a queue are others."""

from itertools import count
from pathlib import Path

import pytest

from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.explorer.drawing.as_script import as_script
from simulator.explorer.exploring import Exploration, explore
from simulator.explorer.fingerprints import Wording
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Edge, Tree
from simulator.network import OpenNetwork
from tests.callers.line import Answer, Line, Pages, Params, open_line


def tickets() -> Pages:
    """A line that numbers its calls, and asks for them by that number; the numbers of its menu are always the same."""
    numbers = count(4711)

    def voice(params: Params) -> str:
        ticket = next(numbers)
        menu = f'<Gather numDigits="1" action="/menu?ticket={ticket}"><Say>For your ticket press 1 or 2.</Say></Gather>'
        return f"<Say>Since 1999. You are number {ticket}, it is 2 o'clock.</Say>{menu}<Say>Goodbye.</Say>"

    return {
        "/voice": voice,
        "/menu": lambda params: f"<Say>All the best, number {params['ticket']}.</Say><Hangup/>",
    }


async def explored(network: OpenNetwork, *, is_fresh: bool) -> Tree:
    return await explore(network, Plan(bounds=Bounds(faults=0), is_fresh=is_fresh), stopwatch=lambda: 0.0)


def edge_of(tree: Tree, key: str) -> Edge:
    return next(edge for edge in tree.edges if edge.move.key == key)


@pytest.mark.parametrize("is_fresh", [True, False])
async def test_words_are_cut_at_the_first_number_that_changes(is_fresh: bool) -> None:
    tree = await explored(open_line(Line(tickets())), is_fresh=is_fresh)

    script = as_script(tree, edge_of(tree, "keys:1"))

    assert '- hear: "Since 1999. You are number"\n' in script
    assert '- hear: "For your ticket press 1 or 2."\n' in script
    assert '- hear: "All the best, number"\n' in script
    assert "ticket=" not in script


async def test_every_script_of_such_a_line_holds_in_the_next_call(tmp_path: Path) -> None:
    network = open_line(Line(tickets()))
    tree = await explored(network, is_fresh=False)
    for edge in tree.edges:
        file = tmp_path / f"{edge.id}.yaml"
        file.write_text(as_script(tree, edge), "utf-8")

        result = await run_call(read_scripts(file)[0], network)

        assert result.ok, f"{result.message()}\n{file.read_text()}"


async def calls_of_a_menu(sound: str) -> int:
    pages: Pages = {
        "/voice": f'<Gather numDigits="1" action="/voice"><Play>{sound}</Play></Gather>',
        sound: Answer("a sound", kind="audio/mpeg"),
    }
    exploration = Exploration(open_line(Line(pages)), Plan(bounds=Bounds(faults=0)), stopwatch=lambda: 0.0)
    await exploration.run()
    return exploration.calls


async def test_a_number_costs_one_call_more_and_not_one_for_every_move() -> None:
    assert await calls_of_a_menu("/menu.mp3") == await calls_of_a_menu("/menu.wav") + 1


async def test_what_never_changes_stays_whole() -> None:
    pages = {"/voice": "<Say>Since 1999. We are open from 9 to 5.</Say>"}

    tree = await explored(open_line(Line(pages)), is_fresh=True)

    assert [edge.steady for edge in tree.edges] == [()]
    assert '- hear: "Since 1999. We are open from 9 to 5."\n' in as_script(tree, tree.edges[0])


def test_only_a_number_at_the_same_place_of_the_same_words_can_have_changed() -> None:
    wording = Wording()

    wording.compare(["Press 1 for 7 days.", "Ticket 12"], ["Press 1 for 8 days.", "Queue 13"], seed=1)

    assert wording.steady("Press 1 for 9 days.") == "Press 1 for "
    assert wording.steady("Ticket 12") == "Ticket 12"
    assert not wording.is_known("Ticket 12")
