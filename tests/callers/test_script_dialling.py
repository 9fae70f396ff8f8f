"""Steps about the party that the call dials: who, how it ends, what they hear before the two are joined."""

import pytest

from tests.callers.line import Pages, Params, Play, told

AGENT, OTHER = "+13125550111", "+13125550112"
DIAL = f'<Say>Connecting you.</Say><Dial action="/after" timeout="20">{AGENT}</Dial><Say>Never heard.</Say>'


def after(params: Params) -> str:
    return f"<Say>It was {params['DialCallStatus']}, {params.get('DialCallDuration')} seconds.</Say>"


PAGES: Pages = {"/voice": DIAL, "/after": after}
WHISPER: Pages = {
    "/voice": f'<Dial action="/after"><Number url="/whisper">{AGENT}</Number></Dial>',
    "/whisper": '<Gather numDigits="1" action="/taken"><Say>Press one to take the call.</Say></Gather><Hangup/>',
    "/taken": "",
    "/after": after,
}


@pytest.mark.parametrize("number", [AGENT, "3125550111", "(312) 555-0111", "null", "+44 312 555 0111"])
async def test_a_dialled_number_is_compared_from_the_right(play: Play, number: str) -> None:
    result = await play(f"- hear: connecting\n- expect_dial: {{number: {number}}}", PAGES)

    assert result.message() is None


async def test_attributes_of_the_dial_and_of_its_noun_are_those_in_force(play: Play) -> None:
    document = (
        '<Dial callerId="+12075550000" record="record-from-answer" hangupOnStar="true"'
        f' action="http://app.example/after?a=1"><Number url="/whisper">{AGENT}</Number></Dial>'
    )
    steps = """
        - expect_dial:
            number: "+13125550111"
            timeout: 30
            callerId: "+12075550000"
            record: record-from-answer
            hangupOnStar: true
            answerOnBridge: false
            action: /after?a=1
            url: /whisper
            referUrl: null
    """

    assert (await play(steps, document)).message() is None


async def test_another_number_or_attribute_is_told_with_what_was_dialled(play: Play) -> None:
    wrong_number = await play("- expect_dial: {number: '+13125550119'}", PAGES)
    wrong_attribute = await play(f"- expect_dial: {{number: '{AGENT}', timeout: 30, action: /after}}", PAGES)

    assert "+13125550119 was not dialled: the call had ended (completed)" in told(wrong_number)
    assert f"nearest: {AGENT} was dialled, which ended: no-answer" in told(wrong_number)
    assert f"nearest: {AGENT} was dialled, which ended: no-answer; timeout was '20'" in told(wrong_attribute)


async def test_parameters_of_a_client_are_compared(play: Play) -> None:
    client = '<Dial><Client><Identity>joey</Identity><Parameter name="room" value="5"/></Client></Dial>'
    right = await play("- expect_dial: {number: joey, parameters: {room: 5}}", client)
    wrong = await play("- expect_dial: {number: joey, parameters: {room: 6}}", client)

    assert right.message() is None
    assert "joey was not dialled so" in told(wrong)
    assert "room was '5'" in told(wrong)


async def test_nobody_dialled_is_told(play: Play) -> None:
    assert "nobody was dialled" in told(await play("- expect_dial: {number: null}", "<Say>Hi</Say>"))
    assert "nobody was being dialled: the call had ended" in told(await play("- dial_outcome: busy", "<Say>Hi</Say>"))
    assert "nearest: 13224" in told(await play("- expect_dial: {number: 12}", "<Dial>12</Dial>"))


async def test_dials_are_found_forwards_only(play: Play) -> None:
    pages: Pages = {"/voice": f'<Dial timeout="5">{AGENT}</Dial><Dial>{OTHER}</Dial>'}
    steps = f"- expect_dial: {{number: '{OTHER}'}}\n- expect_dial: {{number: '{AGENT}'}}"

    assert f"{AGENT} was dialled before the one found last: expect_dial moves forward only" in told(
        await play(steps, pages)
    )


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
async def test_a_dial_that_nobody_takes_ends_as_told_after_so_many_seconds(play: Play, outcome: str) -> None:
    steps = f"""
        - hear: connecting
        - {{dial_outcome: {outcome}, seconds: 7.5}}
        - expect_request: {{path: /after, params: {{DialCallStatus: {outcome}, DialBridged: "false"}}}}
        - hear: it was {outcome}
        - not_hear: never
        - expect_end: completed
    """

    result = await play(steps, PAGES)

    assert result.message() is None
    assert result.record is not None
    (asked,) = [request for request in result.record.requests if request.path == "/after"]
    assert asked.at - result.record.began == pytest.approx(7.5 + 0.9, abs=0.5)


async def test_busy_is_told_at_once_and_no_answer_when_the_dial_has_given_up(play: Play) -> None:
    busy = await play("- dial_outcome: busy\n- expect_end: completed", {"/voice": f"<Dial>{AGENT}</Dial>"})
    unanswered = await play("- dial_outcome: no-answer\n- expect_end: completed", {"/voice": f"<Dial>{AGENT}</Dial>"})

    assert (busy.virtual_seconds, unanswered.virtual_seconds) == (0.0, 30.0)


async def test_a_dial_of_which_the_script_says_nothing_rings_until_it_gives_up(play: Play) -> None:
    result = await play("- hear: it was no-answer", PAGES)

    assert result.message() is None
    assert result.virtual_seconds > 20


async def test_an_outcome_that_comes_after_the_dial_has_given_up_fails(play: Play) -> None:
    result = await play("- {dial_outcome: busy, seconds: 25}", PAGES)

    assert f"{AGENT} had stopped ringing by then: no-answer" in told(result)


async def test_completed_answers_talks_and_hangs_up(play: Play) -> None:
    steps = """
        - expect_dial: {number: null}
        - {dial_outcome: completed, seconds: 42}
        - expect_request:
            path: /after
            params: {DialCallStatus: completed, DialCallDuration: 42, DialBridged: "true", CallStatus: in-progress}
        - hear: it was completed, 42 seconds
        - expect_end: completed
    """

    assert (await play(steps, PAGES)).message() is None


async def test_completed_needs_the_two_to_be_joined(play: Play) -> None:
    result = await play("- dial_outcome: completed", WHISPER)

    assert f"{AGENT} has answered but was not joined to the caller: the call was waiting for keys" in told(result)


async def test_the_called_party_hears_the_whisper_and_presses_a_key_before_the_two_are_joined(play: Play) -> None:
    steps = """
        - callee:
            - hear: press one to take the call
            - expect_request: {path: /whisper, params: {Direction: outbound-dial}}
            - press: "1"
            - expect_bridged: true
        - expect_bridged: true
        - not_hear: press one
        - {dial_outcome: completed, seconds: 10}
        - hear: it was completed, 1
        - expect_request: {path: /after}
    """

    assert (await play(steps, WHISPER)).message() is None


async def test_a_called_party_without_a_whisper_is_joined_at_once(play: Play) -> None:
    steps = """
        - callee: [expect_bridged: true]
        - wait: 5
        - callee: [hangup: true]
        - hear: it was completed, 5 seconds
    """

    assert (await play(steps, PAGES)).message() is None


async def test_a_called_party_who_is_silent_in_the_whisper_is_not_joined(play: Play) -> None:
    result = await play(
        "- callee:\n    - timeout: true\n    - expect_end: completed\n- hear: it was no-answer", WHISPER
    )

    assert result.message() is None


async def test_what_fails_on_the_other_leg_is_told_with_its_own_step_and_line(play: Play) -> None:
    steps = """
        - hear: connecting
        - callee:
            - hear: hello
            - press: "1"
    """

    result = await play(steps, PAGES)

    assert 'script.yaml:5, step 2.1: hear: "hello"' in told(result)
    assert '"hello" was not heard: the call was joined to another call' in told(result)
    assert result.failure is not None
    assert result.failure.step is not None
    assert result.failure.step.number == 2


async def test_the_transcript_tells_who_did_what(play: Play) -> None:
    steps = """
        - callee:
            - press: "1"
            - hangup: true
        - hear: something else
    """

    shown = told(await play(steps, WHISPER))

    for line in (
        f"line         dials {AGENT}",
        f"{AGENT}  answers",
        f'line         [{AGENT}] cut off before a word: "Press one to take the call."',
        f"{AGENT}  presses 1",
        f"line         joined to {AGENT}",
        f"{AGENT}  hangs up",
        f"line         parted from {AGENT} after 0.0 s",
        "POST http://app.example/after -> 200",
    ):
        assert line in shown


async def test_keys_reach_whom_the_call_is_joined_to(play: Play) -> None:
    pages: Pages = {"/voice": f'<Dial hangupOnStar="true">{AGENT}</Dial><Say>Welcome back.</Say>'}

    result = await play("- callee: [expect_bridged: true]\n- press: '1*'\n- hear: welcome back", pages)

    assert result.message() is None


async def test_a_joined_call_waits_for_its_people_under_a_looking_step(play: Play) -> None:
    result = await play("- callee: [expect_bridged: true]\n- hear: never", PAGES)

    assert f"the call was joined to {AGENT}" in told(result)
    assert result.virtual_seconds < 5


async def test_time_limit_ends_a_joined_call_under_wait(play: Play) -> None:
    pages: Pages = {"/voice": f'<Dial timeLimit="60">{AGENT}</Dial><Say>Time is up.</Say>'}

    assert (await play("- callee: [expect_bridged: true]\n- wait: 61\n- hear: time is up", pages)).message() is None


async def test_of_several_phones_that_ring_the_one_found_last_is_meant(play: Play) -> None:
    pages: Pages = {
        "/voice": f'<Dial action="/after"><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>',
        "/after": lambda params: f"<Say>{params['DialCallSid']}</Say>",
    }
    steps = f"""
        - expect_dial: {{number: "{AGENT}"}}
        - dial_outcome: busy
        - expect_dial: {{number: "{OTHER}"}}
        - callee: [{{expect_bridged: true}}, {{hangup: true}}]
        - expect_request: {{path: /after, params: {{DialCallStatus: completed}}}}
    """

    result = await play(steps, pages)

    assert result.message() is None
    assert result.record is not None
    first, second = result.record.dialled
    assert (first.ended and first.ended.status, second.ended and second.ended.status) == ("busy", "completed")


async def test_sequential_dials_one_after_the_other(play: Play) -> None:
    pages: Pages = {
        "/voice": f'<Dial sequential="true"><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial><Say>Bye.</Say>'
    }
    steps = f"""
        - expect_dial: {{number: "{AGENT}", sequential: true}}
        - dial_outcome: failed
        - expect_dial: {{number: "{OTHER}"}}
        - dial_outcome: completed
        - hear: bye
    """

    assert (await play(steps, pages)).message() is None


async def test_a_client_is_found_by_its_name(play: Play) -> None:
    document = "<Dial><Client>joey</Client></Dial>"

    assert (await play("- expect_dial: {number: joey}", document)).ok
    assert (await play("- expect_dial: {number: 'client:joey'}", document)).ok
    assert not (await play("- expect_dial: {number: bob}", document)).ok


async def test_callbacks_of_the_dialled_leg_are_requests_of_the_call(play: Play) -> None:
    pages: Pages = {"/voice": f'<Dial><Number statusCallback="/leg">{AGENT}</Number></Dial>', "/leg": "ok"}
    steps = """
        - {dial_outcome: completed, seconds: 3}
        - expect_request: {path: /leg, params: {CallStatus: completed, CallDuration: 3}}
    """

    assert (await play(steps, pages)).message() is None


async def test_warnings_of_a_whisper_are_warnings_of_the_call(play: Play) -> None:
    pages: Pages = {**WHISPER, "/whisper": f"<Dial>{AGENT}</Dial>"}

    assert (await play("- callee: [{expect_end: application-error}]\n- expect_warning: 13201", pages)).message() is None


async def test_the_called_party_is_let_go_when_the_caller_hangs_up(play: Play) -> None:
    steps = """
        - callee: [expect_bridged: true]
        - hangup: true
        - callee: [expect_end: completed]
    """

    assert (await play(steps, PAGES)).message() is None


async def test_answered_and_then_said_to_be_busy_is_a_contradiction(play: Play) -> None:
    result = await play("- callee: [expect_bridged: true]\n- dial_outcome: busy", PAGES)

    assert f"{AGENT} has answered: such a call ends as completed, not as busy" in told(result)


SIP: Pages = {
    "/voice": '<Dial action="/after"><Sip>sip:desk@pbx.example</Sip></Dial>',
    "/after": lambda params: f"<Say>{params['DialSipResponseCode']} {params.get('DialSipHeader_X-Agent')}</Say>",
}


@pytest.mark.parametrize(
    "answer",
    [
        "{dial_outcome: completed, seconds: 1, sip_headers: {X-Agent: 7}}",
        "{callee: [{wait: 1}, {hangup: true}], sip_headers: {X-Agent: 7}}",
    ],
)
async def test_a_sip_address_answers_with_headers(play: Play, answer: str) -> None:
    assert (await play(f"- {answer}\n- hear: 200 7", SIP)).message() is None


async def test_a_declined_call_is_busy_with_a_code_of_its_own(play: Play) -> None:
    assert (await play("- dial_outcome: declined\n- hear: 603 none", SIP)).message() is None
    assert (await play("- dial_outcome: declined\n- hear: it was busy", PAGES)).message() is None


async def test_a_number_answers_without_sip_headers(play: Play) -> None:
    result = await play("- {dial_outcome: completed, sip_headers: {X-Agent: 7}}", PAGES)

    assert f"{AGENT} is not a SIP address: its answer has no sip_headers" in told(result)
