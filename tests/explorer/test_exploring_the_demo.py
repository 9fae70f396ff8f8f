"""The demo explored: it has no defect, and nobody reaches an account without proof."""

from okta_twilio_ivr.replays import replayed_demo
from simulator.explorer.documents import from_json, to_json
from simulator.explorer.exploring import Exploration, explore
from simulator.explorer.findings.finding import Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Tree

POLICY = Policy(guards=("/ivr/verify_*",), protected=("/ivr/account_*",))
SMALL = Plan(bounds=Bounds(depth=2, faults=0))


def test_the_demo_is_explored_to_its_ends_and_has_no_defect_and_no_way_around_its_guard(demo_tree: Tree) -> None:
    assert not demo_tree.stopped
    assert not [state for state in demo_tree.states if state.left_out]
    asked = {request.address for edge in demo_tree.edges for request in edge.requests}
    assert {"/ivr/account_menu", "/ivr/verify_sms", "/ivr/verify_okta_push"} <= asked
    assert find_all(Survey(demo_tree, POLICY)) == ()


def test_a_wrong_pattern_shows_nothing_and_says_so(jane_s_tree: Tree) -> None:
    policy = Policy(guards=("/ivr/verify_*",), protected=("/ivr/vault_*",))

    assert [each.id for each in find_all(Survey(jane_s_tree, policy))] == ["unguarded:nothing"]


def test_without_the_right_guard_the_same_paths_are_intrusions(jane_s_tree: Tree) -> None:
    policy = Policy(guards=("/ivr/menu",), protected=("/ivr/account_*",))

    assert {each.rule for each in find_all(Survey(jane_s_tree, policy))} == {"unguarded"}


async def test_the_same_seed_gives_the_same_tree_byte_for_byte() -> None:
    first = await explore(replayed_demo(), SMALL, stopwatch=lambda: 0.0)
    second = await explore(replayed_demo(), SMALL, stopwatch=lambda: 0.0)

    assert to_json(first) == to_json(second)


async def test_a_tree_that_was_left_half_way_goes_on_to_the_same_end() -> None:
    whole = await explore(replayed_demo(), SMALL, stopwatch=lambda: 0.0)
    ticks = iter(range(1000))
    cut = Plan(bounds=Bounds(depth=2, faults=0, time=9))
    half = await explore(replayed_demo(), cut, stopwatch=lambda: float(next(ticks)))

    again = Exploration(replayed_demo(), SMALL, stopwatch=lambda: 0.0, begun=from_json(to_json(half)))
    await again.run()

    assert half.stopped == "time"
    assert len(half.edges) < len(whole.edges)
    assert to_json(again.tree()) == to_json(whole)
