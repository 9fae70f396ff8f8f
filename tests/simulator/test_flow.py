"""`<Redirect>`, `<Hangup>`, `<Reject>`, and how documents follow each other. Statements T12, T28, T55 to T57."""

import pytest

from simulator.exchange.numbers import Policy
from simulator.vocabulary import Connected, Warned
from tests.simulator.feeding import FedCall, call


@pytest.mark.parametrize("empty", ["<Response/>", "<Response></Response>", '<?xml version="1.0"?>\n<Response/>'])
def test_T12_an_empty_response_answers_and_ends_the_call(empty: str) -> None:
    fed = call(empty)

    assert len(fed.of(Connected)) == 1
    assert (fed.ended.status, fed.ended.seconds, fed.requests) == ("completed", 0, 1)


def test_T55_redirect_leaves_the_document_and_its_digits() -> None:
    fed = call('<Gather numDigits="1" action="/g"/>')
    fed.press("1")
    fed.reply("<Redirect>/b</Redirect><Say>never</Say>")

    assert (fed.asked.method, fed.asked.url) == ("POST", "http://app.example/b")
    assert "Digits" not in fed.asked.params
    fed.reply("<Say>b</Say>")
    fed.listen()
    assert fed.heard == ["b"]


def test_redirect_first_does_not_answer_the_call() -> None:
    fed = call("<Redirect>/b</Redirect>")

    assert fed.of(Connected) == []
    assert fed.asked.params["CallStatus"] == "ringing"


def test_redirect_with_get() -> None:
    assert call('<Redirect method="GET">/b</Redirect>').asked.method == "GET"


@pytest.mark.parametrize(("attributes", "method"), [("", "POST"), ('method="GET"', "GET")])
@pytest.mark.parametrize("content", ["", "  ", "<!-- again -->"])
def test_an_empty_redirect_asks_for_the_current_document_again(attributes: str, method: str, content: str) -> None:
    fed = call("<Redirect>/menu?lang=en</Redirect>")
    fed.reply(f"<Pause/><Redirect {attributes}>{content}</Redirect>")
    fed.wait(1)

    assert (fed.asked.method, fed.asked.url) == (method, "http://app.example/menu?lang=en")
    assert fed.codes == []


def test_an_empty_redirect_that_never_waits_is_a_loop() -> None:
    fed = call("<Redirect/>")
    while not fed.is_over:
        fed.reply("<Redirect/>")

    assert fed.ended.ending == "loop"


@pytest.mark.parametrize("target", ["mailto:someone@example.com", "http://", "http://[::1"])
def test_a_redirect_to_nowhere_is_an_error(target: str) -> None:
    fed = call(f"<Redirect>{target}</Redirect>")

    assert fed.codes == [11100]
    fed.listen()
    assert fed.ended.ending == "application-error"


def test_an_invalid_method_is_reported_and_post_used() -> None:
    fed = call('<Redirect method="PUT">/b</Redirect>')

    assert (fed.codes, fed.asked.method) == ([13710], "POST")


def test_T56_hangup_first_answers_and_ends() -> None:
    fed = call("<Hangup/><Say>never</Say>")

    assert len(fed.of(Connected)) == 1
    assert (fed.ended.status, fed.heard) == ("completed", [])


@pytest.mark.parametrize(("reject", "status"), [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy")])
def test_T56_reject_first_does_not_answer(reject: str, status: str) -> None:
    fed = call(f"{reject}<Say>never</Say>")

    assert fed.of(Connected) == []
    assert (fed.ended.status, fed.ended.ending, fed.ended.seconds) == (status, "rejected", 0)


def test_a_bad_reason_is_reported() -> None:
    fed = call('<Reject reason="tired"/>')

    assert (fed.codes, fed.ended.status) == ([13810], "no-answer")


def test_reject_after_the_answer_just_ends_the_call() -> None:
    fed = call("<Say>hello</Say><Reject/>")
    fed.listen()

    assert (fed.ended.status, fed.ended.ending) == ("completed", "rejected")
    assert [warned.level for warned in fed.of(Warned)] == ["policy"]


def test_T57_a_redirect_loop_is_ended_as_simulator_policy() -> None:
    fed = call("<Redirect>/b</Redirect>")

    while not fed.is_over:
        fed.reply("<Redirect>/b</Redirect>")

    assert fed.ended.ending == "loop"
    assert fed.requests == Policy().documents_without_progress
    assert [(warned.code, warned.level) for warned in fed.of(Warned)] == [(0, "policy")]


def test_a_sound_without_length_is_no_progress() -> None:
    fed = call("<Play>/silent.mp3</Play><Redirect>/b</Redirect>")

    while not fed.is_over:
        fed.serve_sound(seconds=0.0)
        if not fed.is_over:
            fed.reply("<Play>/silent.mp3</Play><Redirect>/b</Redirect>")

    assert fed.ended.ending == "loop"


def test_keys_are_progress() -> None:
    fed = call('<Gather numDigits="1" action="/b"/>')

    for _ in range(2 * Policy().documents_without_progress):
        fed.press("1")
        fed.reply('<Gather numDigits="1" action="/b"/>')

    assert not fed.is_over


def test_a_loop_in_which_time_passes_goes_on_until_the_longest_call() -> None:
    fed = call("<Pause/><Redirect>/b</Redirect>", policy=Policy(longest_call=300))

    while not fed.is_over:
        fed.wait(1)
        if not fed.is_over:
            fed.reply("<Say>a</Say><Redirect>/b</Redirect>")

    assert fed.ended.ending == "time-limit"
    assert fed.now >= 300
    assert fed.requests > Policy().documents_without_progress


def test_T28_strict_ends_the_call_at_an_unknown_verb() -> None:
    fed = call("<Say>a</Say>\n<Shout>b</Shout><Say>c</Say>")
    fed.listen()

    assert fed.heard == ["a"]
    assert [(warned.code, warned.line) for warned in fed.of(Warned)] == [(12200, 2), (0, 2)]
    assert fed.ended.ending == "application-error"


def test_T28_lenient_skips_an_unknown_verb() -> None:
    fed = call("<Say>a</Say><Shout>b</Shout><Say>c</Say>", policy=Policy(is_lenient=True))
    fed.listen()
    fed.listen()

    assert fed.codes == [12200]
    assert fed.heard == ["a", "c"]


def test_T27_names_are_case_sensitive() -> None:
    lower = call('<say>a</say><Gather numdigits="1"/>')

    assert lower.codes == [12200, 12200, 0]


def test_T29_comments_are_ignored() -> None:
    fed = call("<Say>a</Say><!-- nothing --><Say>b</Say>")
    fed.listen()
    fed.listen()

    assert (fed.heard, fed.codes) == (["a", "b"], [])


def test_an_answer_to_a_request_of_the_past_is_ignored() -> None:
    fed = call('<Gather numDigits="1" action="/g"/>')
    first = fed.asked
    fed.press("1")

    from simulator.vocabulary import Replied

    fed.feed(Replied(first.request, 200, "text/xml", b"<Response><Say>late</Say></Response>", first.url))

    assert fed.heard == []
    assert not fed.is_over


def test_hanging_up_before_the_answer_ends_an_unanswered_call() -> None:
    fed = FedCall()

    fed.hang_up()

    assert (fed.ended.status, fed.ended.ending, fed.ended.seconds) == ("no-answer", "hangup", 0)
