"""However many moves meet the same cause, it is told once, with the moves counted; noise is not told at all."""

from itertools import count

from simulator.explorer.findings.finding import Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.moves import Habits
from simulator.explorer.plan import Plan
from simulator.explorer.verdict import Verdict, ways_shown
from tests.callers.line import Answer, Pages, Params
from tests.explorer.usual_lines import GOODBYE, asking, branches, explored, findings, judged


def broken(params: Params) -> Answer:
    return Answer(f"KeyError: {params['Digits']!r}", 500, "text/plain")


BROKEN: Pages = {
    "/voice": asking("Press 1 for one. Press 2 for two.", after="<Redirect>/later</Redirect>"),
    "/later": asking("Once more: press 1 for one."),
    "/menu": branches({"1": "<Say>One.</Say><Hangup/>"}, broken),
}


def only_finding(verdict: Verdict) -> tuple[str, list[str]]:
    (finding,) = verdict.failures
    return finding.id, list(ways_shown(verdict, finding))


async def test_the_same_error_on_many_keys_is_one_finding_also_where_they_are_announced() -> None:
    assert only_finding(judged(await explored(BROKEN))) == (
        "application-error:/menu:11200",
        ["20 ways: at /voice, press 0, 2–9 or *; at /later, press 0, 2–9 or *"],
    )


async def test_the_same_silent_end_of_many_keys_is_one_finding() -> None:
    pages = {**BROKEN, "/menu": branches({"1": "<Say>One.</Say>"}, "")}

    id_, (ways,) = only_finding(judged(await explored(pages)))

    assert id_ == "dead-end:/menu"
    assert "at /voice, press 0, 2–9 or *" in ways


async def test_a_menu_met_again_is_no_second_way() -> None:
    pages: Pages = {
        "/voice": asking("Press 1 for one.", after=""),
        "/menu": "<Say>One.</Say><Redirect>/voice</Redirect>",
    }

    verdict = judged(await explored(pages))

    (finding,) = (each for each in verdict.new if each.rule == "no-input")
    assert len(finding.ways) > 1
    assert list(ways_shown(verdict, finding)) == []


async def test_a_protected_page_that_many_keys_lead_to_is_one_finding() -> None:
    pages: Pages = {"/voice": asking("Press 1.", "/vault"), "/vault": "<Say>142 dollars.</Say><Hangup/>"}
    policy = Policy(guards=("/pin",), protected=("/vault",))

    (finding,) = find_all(Survey(await explored(pages), policy))

    assert finding.id == "unguarded:/vault"
    assert len(finding.ways) > 10


async def test_the_id_of_a_finding_is_the_same_in_every_call() -> None:
    """A ticket in a query is another one in the next call, a page is not."""
    tickets = count(100)
    pages: Pages = {
        "/voice": lambda _: f"<Redirect>/ask?page=1&amp;ticket={next(tickets)}</Redirect>",
        "/ask": asking("Press 1 to go on.", "/then?page=2", after=""),
        "/then": asking("Press 1 to end.", "/end", after=""),
        "/end": "<Say>Goodbye.</Say>",
    }

    found = await findings(pages, Plan(is_fresh=False))

    assert [id_ for id_ in found if id_.startswith("no-input")] == ["no-input:/ask", "no-input:/then?page=2"]


async def test_a_code_in_a_query_is_not_told() -> None:
    pages: Pages = {
        "/voice": '<Gather numDigits="4" action="/confirm"><Say>Your extension, please.</Say></Gather><Say>Bye.</Say>',
        "/confirm": lambda params: f"<Redirect>/really?typed={params['Digits']}</Redirect>",
        "/really": asking("Press 1 to go on.", "/end", after=""),
        "/end": "<Say>Goodbye.</Say>",
    }

    tree = await explored(pages, Plan(habits=Habits(codes=("4711",))))

    assert "4711" not in "".join(state.asked for state in tree.states)
    assert [each.id for each in judged(tree).new] == ["no-input:/really"]


async def test_a_lone_pound_key_is_silence_and_told_as_that() -> None:
    found = await findings({"/voice": asking("Press 1 for one.", after=""), "/menu": "<Say>One.</Say>"})

    assert list(found) == ["no-input:/voice"]


async def test_a_caller_who_hangs_up_before_the_first_word_is_no_finding() -> None:
    """13617: the recording is too short to be transcribed."""
    record = '<Record action="/end" transcribe="true" transcribeCallback="/text"/>'

    assert (
        await findings({"/voice": f"<Say>After the tone.</Say>{record}{GOODBYE}", "/end": GOODBYE, "/text": ""}) == {}
    )


async def test_a_caller_who_says_nothing_is_told_so_after_a_recording_too() -> None:
    (finding,) = (await findings({"/voice": '<Record action="/end"/>', "/end": GOODBYE})).values()

    assert (finding.id, finding.severity) == ("no-input:/voice", "warning")
    assert finding.sentence == "At /voice, a caller who says nothing is cut off without a word."


async def test_what_the_simulator_remarks_is_a_note() -> None:
    """<Leave> outside a queue does nothing; Twilio's debugger would not say so."""
    found = await findings({"/voice": f"<Say>Welcome.</Say><Leave/>{GOODBYE}"})

    assert [(each.rule, each.severity) for each in found.values()] == [("remark", "note")]
    assert all("debugger:0" not in id_ for id_ in found)


async def test_what_the_debugger_says_comes_with_its_remedy() -> None:
    found = await findings({"/voice": f'<Say voyce="alice">Welcome.</Say>{GOODBYE}'})

    assert found["debugger:12200:/voice"].remedy == "correct the spelling; names are case-sensitive"
