"""Every edge of a call tree becomes a call script and a test, and they hold when they are run."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from okta_twilio_ivr.replays import replayed_demo
from okta_twilio_ivr.world import open_demo
from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.explorer.drawing.as_script import UntellableError, as_script
from simulator.explorer.drawing.as_test import as_test, name_of
from simulator.explorer.exploring import Exploration
from simulator.explorer.plan import Bounds, Plan
from simulator.explorer.tree import Edge, Tree
from simulator.network import OpenNetwork
from simulator.troubles import WEBHOOK_FAULTS
from tests.callers import line as pages_line
from tests.explorer.small_trees import SMALL
from tests.explorer_drawing.lines import open_line
from tests.testing_kit.conftest import LOADED, QUIETLY
from tests.testing_kit.fakes import CONFTEST as FAKES

pytest_plugins = ["pytester"]


async def played(tree: Tree, edges: Iterable[Edge], network: OpenNetwork, folder: Path) -> dict[str, Edge]:
    """The edges by what their moves are; the scripts of all of them hold."""
    kinds: dict[str, Edge] = {}
    for edge in edges:
        file = folder / f"{edge.id}.yaml"
        file.write_text(as_script(tree, edge), "utf-8")
        (script,) = read_scripts(file)
        result = await run_call(script, network)
        assert result.ok, f"{result.message()}\n{file.read_text()}"
        kinds[f"{edge.move.kind}:{edge.move.value}"] = edge
    return kinds


async def test_every_edge_s_script_holds(tree: Tree, tmp_path: Path) -> None:
    kinds = await played(tree, tree.edges, open_line, tmp_path)

    assert {"talk:5", "speech:sales", "callee:busy", "callee:answered", "silence:", "hangup:", "keys:#"} <= kinds.keys()


async def test_codes_and_prompts_of_the_demo_are_dealt_with(demo_tree: Tree, tmp_path: Path) -> None:
    edges = [each for each in demo_tree.edges if each.move.kind == "push" or "${" in each.move.value]

    kinds = await played(demo_tree, edges, open_demo, tmp_path)

    assert {"keys:${sms_code}", "push:approve", "push:deny", "push:ignore"} <= kinds.keys()


CONFTEST = """
import pytest
from tests.explorer_drawing.lines import application

@pytest.fixture
def voice_app():
    return application
"""


def test_every_edge_s_test_passes(tree: Tree, pytester: pytest.Pytester, pytestconfig: pytest.Config) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(CONFTEST)
    pytester.syspathinsert(pytestconfig.rootpath)
    count = 0
    for edge in tree.edges:
        try:
            text = as_test(tree, edge)
        except UntellableError as error:
            assert "take the call script" in str(error)  # noqa: PT017 - what else would be a mistake
            continue
        count += 1
        (pytester.path / f"test_{edge.id}.py").write_text(text, "utf-8")

    result = pytester.runpytest_inprocess(*QUIETLY, "-q", plugins=LOADED)

    result.assert_outcomes(passed=count)
    assert count > 35
    assert {"talk:5", "talk:0"} <= {f"{each.move.kind}:{each.move.value}" for each in tree.edges}


def test_codes_and_prompts_of_the_demo_are_dealt_with_in_tests_too(
    demo_tree: Tree, pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(FAKES)
    pytester.syspathinsert(pytestconfig.rootpath)
    edges = [each for each in demo_tree.edges if each.move.kind == "push" or each.move.value == "${sms_code}"]
    texts = [as_test(demo_tree, each) for each in edges]
    for number, text in enumerate(texts):
        (pytester.path / f"test_{number}.py").write_text(text, "utf-8")

    result = pytester.runpytest_inprocess(*QUIETLY, "-q", plugins=LOADED)

    result.assert_outcomes(passed=len(texts))
    for doing in ("phone.approves()", "phone.denies()", "phone.ignores()", "phone.press(phone.texts()[-1].code)"):
        assert any(doing in text for text in texts), doing


def test_a_script_reads_like_one_written_by_hand() -> None:
    assert as_script(SMALL, SMALL.edge_by_id["e1"]) == (
        'name: "press 1"\n'
        'from: "+17735551234"\n'
        'to: "+12075551234"\n'
        "steps:\n"
        '  - hear: "Thanks for calling. For your account, press 1."\n'
        '  - press: "1"\n'
        '  - hear: "Goodbye."\n'
        '  - expect_request: {path: "/ivr/menu"}\n'
        "  - expect_warning: 13335\n"
        "  - expect_end: completed\n"
    )


def test_a_test_reads_like_one_written_by_hand() -> None:
    assert as_test(SMALL, SMALL.edge_by_id["e1"]) == (
        "import pytest\n\n\n"
        '@pytest.mark.caller(number="+17735551234", called="+12075551234")\n'
        "def test_press_1(phone):\n"
        "    phone.dial()\n"
        '    phone.hears("Thanks for calling. For your account, press 1.")\n'
        '    phone.press("1")\n'
        '    phone.hears("Goodbye.")\n'
        '    assert "/ivr/menu" in [request.path for request in phone.requests]\n'
        "    phone.warned(13335)\n"
        '    phone.ended("completed")\n'
    )


def test_a_fault_of_one_webhook_is_ordered_for_one() -> None:
    script, test = as_script(SMALL, SMALL.edge_by_id["e3"]), as_test(SMALL, SMALL.edge_by_id["e3"])

    assert '  - break: webhook-500\n    times: 1\n  - press: "1"\n' in script
    assert "mend" not in script
    assert '    phone.breaks("webhook-500", times=1)\n    phone.press("1")\n' in test


def faulted(tree: Tree) -> list[Edge]:
    return [each for each in tree.edges if each.move.fault in WEBHOOK_FAULTS]


async def explored(network: OpenNetwork, depth: int) -> Tree:
    plan = Plan(callers=(), bounds=Bounds(depth=depth, states=60, revisits=0, faults=1))
    exploration = Exploration(network, plan, stopwatch=lambda: 0.0)
    await exploration.run()
    return exploration.tree()


async def test_a_webhook_fault_s_script_leads_to_the_same_place(faulty_tree: Tree, tmp_path: Path) -> None:
    edges = faulted(faulty_tree)

    await played(faulty_tree, edges, open_line, tmp_path)

    assert {each.move.fault for each in edges} == set(WEBHOOK_FAULTS) - {"wrong-signature"}
    assert {each.move.kind for each in edges} >= {"dial", "keys", "speech"}


async def test_behind_a_fault_everything_is_well_again(tmp_path: Path) -> None:
    """A fallback takes over, and the webhooks after it have met no fault."""
    pages = {
        "/voice": '<Gather numDigits="1" action="/end" timeout="3"><Say>Press one.</Say></Gather>',
        "/fallback": '<Gather numDigits="1" action="/end" timeout="3"><Say>We go on, press one.</Say></Gather>',
        "/end": "<Say>The end.</Say><Hangup/>",
    }
    network = pages_line.open_line(pages_line.Line(pages), fallback_url="http://app.example/fallback")
    tree = await explored(network, 4)
    behind = [each for each in tree.edges if any(move.fault for move in tree.path_through(each).moves[:-1])]

    await played(tree, [*faulted(tree), *behind], network, tmp_path)

    assert any("The end." in each.heard for each in behind)


def test_a_webhook_fault_s_test_leads_to_the_same_place(
    faulty_tree: Tree, pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(CONFTEST)
    pytester.syspathinsert(pytestconfig.rootpath)
    edges = [each for each in faulted(faulty_tree) if each.move.kind != "callee"]  # which no fixture can do
    for edge in edges:
        (pytester.path / f"test_{edge.id}.py").write_text(as_test(faulty_tree, edge), "utf-8")

    result = pytester.runpytest_inprocess(*QUIETLY, "-q", plugins=LOADED)

    result.assert_outcomes(passed=len(edges))
    assert len(edges) > 10


async def test_a_fault_meets_the_webhook_of_its_move_and_none_before(tmp_path: Path) -> None:
    """Where nothing is said that a script could wait for, it waits for what was asked."""
    pages = {
        "/voice": '<Gather numDigits="1" action="/tune" timeout="3"/>',
        "/tune": "<Pause length='2'/><Redirect>/silent</Redirect>",
        "/silent": '<Gather numDigits="1" action="/end" timeout="3"/>',
        "/end": "<Say>The end.</Say><Hangup/>",
    }
    network = pages_line.open_line(pages_line.Line(pages))
    tree = await explored(network, 3)
    edges = [each for each in faulted(tree) if [request.path for request in each.requests][:1] == ["/end"]]

    await played(tree, edges, network, tmp_path)

    assert len(edges) >= 4


async def test_trouble_of_other_services_is_made_by_a_script_and_said_of_a_test(tmp_path: Path) -> None:
    network = replayed_demo()
    plan = Plan(callers=("+17735551234",), bounds=Bounds(depth=2, states=40, revisits=0, faults=1))
    exploration = Exploration(network, plan, stopwatch=lambda: 0.0)
    await exploration.run()
    tree = exploration.tree()
    edges = [each for each in tree.edges if each.move.fault and each.move.fault not in WEBHOOK_FAULTS]

    await played(tree, edges, network, tmp_path)

    assert {edge.move.fault for edge in edges} == {"okta-down", "okta-429", "okta-slow", "accounts-down"}
    with pytest.raises(UntellableError, match="cannot make the trouble okta-down; take the call script"):
        as_test(tree, next(each for each in edges if each.move.fault == "okta-down"))


def test_a_delivered_code_is_read_from_the_phone(demo_tree: Tree) -> None:
    edge = next(each for each in demo_tree.edges if each.move.value == "${sms_code}")

    assert "    phone.press(phone.texts()[-1].code)\n" in as_test(demo_tree, edge)


def test_names_say_what_is_pressed() -> None:
    assert name_of("press * then press # alone") == "test_press_star_then_press_pound_alone"
    assert name_of('say "Grüezi"') == "test_say_gr_ezi"
