"""First everything without faults, then faults in the time that is left; what was left out is said."""

from collections.abc import Callable

from simulator.explorer.documents import from_json, to_json
from simulator.explorer.exploring import Exploration
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Tree
from simulator.explorer.verdict import summary
from tests.callers.line import Line, Pages, open_line
from tests.explorer.usual_lines import asking, branches, explored, judged

PAGES: Pages = {
    "/voice": asking("For hours press 1. For the shop press 2."),
    "/menu": branches(
        {"1": "<Say>Nine to five.</Say>", "2": asking("Press 1 to be called back.", "/back")},
        "<Say>Once more.</Say><Redirect>/voice</Redirect>",
    ),
    "/back": branches({"1": "<Say>We will call.</Say>"}, "<Say>Well then.</Say>"),
}
FALLBACK = "http://app.example/voice"


async def stopped_after(moves: int) -> Tree:
    """An exploration whose time is over after so many moves."""
    return (await started(lambda exploration: float(exploration.counts[1]), Plan(bounds=Bounds(time=moves)))).tree()


async def started(watch: Callable[[Exploration], float], plan: Plan, begun: Tree | None = None) -> Exploration:
    network = open_line(Line(PAGES), fallback_url=FALLBACK)
    exploration = Exploration(network, plan, stopwatch=lambda: watch(exploration), begun=begun)
    await exploration.run()
    return exploration


async def test_no_fault_is_tried_before_all_that_can_be_reached_without_them_is_known() -> None:
    without = await explored(PAGES, Plan(bounds=Bounds(faults=0)), fallback_url=FALLBACK)
    both = await explored(PAGES, fallback_url=FALLBACK)

    assert both.edges[: len(without.edges)] == without.edges
    assert both.edges[len(without.edges)].move.fault
    assert any(not edge.move.fault for edge in both.edges[len(without.edges) :])  # behind a fault


async def test_when_time_is_over_the_faults_are_what_is_missing() -> None:
    without = await explored(PAGES, Plan(bounds=Bounds(faults=0)), fallback_url=FALLBACK)

    tree = await stopped_after(len(without.edges) + 3)

    left_out = [state.left_out for state in tree.states if not state.is_over]
    assert set(left_out) == {"faults"}
    assert summary(judged(tree)).endswith(f"left out: faults at {len(left_out)} states (--time was over)")


async def test_when_time_is_over_before_states_and_faults_are_missing() -> None:
    tree = await stopped_after(5)

    assert summary(judged(tree)).endswith("left out: 3 states (--time was over), faults at 1 state (--time was over)")


async def test_an_exploration_stopped_at_any_move_goes_on_to_the_same_end() -> None:
    whole = await explored(PAGES, fallback_url=FALLBACK)

    for moves in range(1, len(whole.edges), 7):
        half = from_json(to_json(await stopped_after(moves)))
        rest = await started(lambda _: 0.0, Plan(), half)
        assert to_json(rest.tree()) == to_json(whole), f"stopped after {moves}"
