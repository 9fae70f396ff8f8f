"""Steps about conferences and queues, by several callers in one script."""

import pytest

from tests.callers.line import Pages, Params, Play, told

SECOND, THIRD, AGENT = "+14155550143", "+12125550177", "+13125550111"
ROOM = "<Conference {}>standup</Conference>"


def conference(params: Params) -> str:
    terms = 'muted="true"' if params["From"] == THIRD else 'startConferenceOnEnter="false" waitUrl="/wait"'
    if params["From"] == SECOND:
        terms = 'endConferenceOnExit="true" participantLabel="host" statusCallback="/news" statusCallbackEvent="end"'
    return f'<Dial action="/after"><Conference {terms}>standup</Conference></Dial>'


PAGES: Pages = {
    "/voice": conference,
    "/wait": "<Say>Please wait.</Say><Pause length='5'/>",
    "/after": lambda params: f"<Say>Goodbye. {params['DialCallStatus']}.</Say>",
    "/news": "ok",
}


async def test_three_people_meet_in_a_conference_until_the_host_leaves(play: Play) -> None:
    steps = f"""
        - expect_conference: {{name: standup, startConferenceOnEnter: false, waitUrl: /wait, timeLimit: 14400}}
        - hear: please wait
        - caller:
            from: "{SECOND}"
            steps: [{{expect_conference: {{name: standup, endConferenceOnExit: true, participantLabel: host}}}}]
        - caller:
            from: "{THIRD}"
            steps: [{{expect_conference: {{name: standup, muted: true}}}}]
        - wait: 60
        - expect_end: conference standup
        - caller: {{from: "{SECOND}", steps: [{{hangup: true}}]}}
        - hear: goodbye. answered
        - expect_end: completed
        - caller: {{from: "{THIRD}", steps: [{{hear: goodbye}}, {{expect_end: completed}}]}}
    """

    result = await play(steps, PAGES)

    assert result.message() is None
    assert 60 < result.virtual_seconds < 80


async def test_another_conference_or_other_terms_are_told(play: Play) -> None:
    another = await play("- expect_conference: {name: all hands}", PAGES)
    terms = await play("- expect_conference: {name: null, muted: true}", PAGES)
    none = await play("- expect_conference: {name: null}", "<Say>Hi.</Say>")

    assert "the call was not in the conference 'all hands': the call was in the conference 'standup'" in told(another)
    assert "nearest: it was in the conference 'standup'; muted was 'false'" in told(terms)
    assert "the call was not in any conference: the call had ended (completed)" in told(none)


async def test_who_has_left_is_in_no_conference(play: Play) -> None:
    result = await play("- expect_conference: {name: null}\n- hangup: true\n- expect_conference: {name: null}", PAGES)

    assert "step 3" in told(result)
    assert "out of the conference 'standup': participant_hung_up" in told(result)


async def test_star_leaves_a_conference(play: Play) -> None:
    pages: Pages = {"/voice": f'<Dial hangupOnStar="true">{ROOM.format("")}</Dial><Say>You have left.</Say>'}

    assert (await play('- expect_conference: {name: standup}\n- press: "*"\n- hear: left', pages)).message() is None


@pytest.mark.parametrize("where", ["queued", "queued support"])
async def test_a_call_stands_in_a_queue(play: Play, where: str) -> None:
    pages: Pages = {"/voice": "<Say>One moment.</Say><Enqueue>support</Enqueue>"}

    result = await play(f"- hear: one moment\n- expect_end: {where}", pages)

    assert result.message() is None


async def test_another_queue_is_told(play: Play) -> None:
    pages: Pages = {"/voice": "<Enqueue>support</Enqueue>"}

    shown = told(await play("- expect_end: queued sales", pages))

    assert "the call is not in the queue 'sales': the call was in the queue 'support'" in shown
    assert "in the queue 'support', position 1" in shown


async def test_an_agent_takes_the_caller_out_of_the_queue(play: Play) -> None:
    def page(params: Params) -> str:
        if params["From"] == AGENT:
            return "<Dial><Queue url='/about'>support</Queue></Dial>"
        return "<Enqueue waitUrl='/wait' action='/left'>support</Enqueue>"

    pages: Pages = {
        "/voice": page,
        "/wait": lambda params: f"<Say>You are number {params['QueuePosition']}.</Say><Pause length='10'/>",
        "/about": "<Say>You are being connected.</Say>",
        "/left": lambda params: f"<Say>{params['QueueResult']}.</Say>",
    }
    steps = f"""
        - hear: you are number 1
        - expect_end: queued support
        - caller: {{from: "{AGENT}", steps: [{{expect_request: {{path: /voice}}}}]}}
        - hear: being connected
        - expect_bridged: true
        - caller: {{from: "{AGENT}", steps: [{{expect_bridged: true}}, {{wait: 20}}, {{hangup: true}}]}}
        - hear: bridged
        - expect_request: {{path: /left, params: {{QueueResult: bridged}}}}
    """

    result = await play(steps, pages)

    assert result.message() is None
