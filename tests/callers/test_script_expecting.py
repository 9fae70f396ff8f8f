"""Steps that look at requests, warnings, the end, and pages."""

import pytest

from tests.callers.line import Answer, Pages, Play, told

MENU = '<Gather numDigits="1" action="/next?from=menu"><Say>Press one.</Say></Gather>'
PAGES: Pages = {"/voice": MENU, "/next": "<Say>Thank you.</Say>"}


async def test_a_request_is_found_by_method_path_and_parameters(play: Play) -> None:
    steps = """
        - expect_request: {method: post, path: /voice, params: {CallStatus: ringing}}
        - press: 7
        - expect_request: {path: "/next?from=menu", params: {Digits: 7}, absent: [SpeechResult]}
    """

    assert (await play(steps, PAGES)).ok


async def test_the_path_of_a_get_is_the_one_before_its_parameters_were_added(play: Play) -> None:
    pages: Pages = {"/voice": "<Redirect method='GET'>/next?a=1</Redirect>", "/next": "<Say>Hello</Say>"}

    assert (await play('- expect_request: {method: GET, path: "/next?a=1", params: {From: "+17735551234"}}', pages)).ok
    assert not (await play("- expect_request: {method: GET, path: /next}", pages)).ok


async def test_requests_are_found_forwards_only(play: Play) -> None:
    steps = """
        - press: 1
        - expect_request: {path: "/next?from=menu"}
        - expect_request: {path: /voice}
    """

    result = await play(steps, PAGES)

    assert "nearest: at 0.0 s it was made, before the one found last: expect_request moves forward only" in told(result)


async def test_a_wrong_parameter_is_told_with_what_it_was(play: Play) -> None:
    result = await play("- press: 2\n- expect_request: {path: '/next?from=menu', params: {Digits: 1}}", PAGES)

    assert "no such request was made: the call had ended (completed)" in told(result)
    assert "POST /next?from=menu: Digits was '2', not '1'" in told(result)


async def test_a_parameter_given_as_empty_may_be_missing(play: Play) -> None:
    steps = '- expect_request: {path: /voice, params: {Digits: "", ForwardedFrom: }}'

    assert (await play(steps, PAGES)).ok


async def test_an_absent_parameter_must_be_missing(play: Play) -> None:
    result = await play("- expect_request: {path: /voice, absent: [CallToken]}", PAGES)

    assert "nearest: at 0.0 s POST /voice: CallToken was there" in told(result)


async def test_redirects_and_status_callbacks_are_requests_too(play: Play) -> None:
    pages: Pages = {"/voice": Answer("", 302, headers=(("location", "/next"),)), "/next": "<Say>Hi</Say>", "/end": "ok"}
    steps = """
        - expect_request: {method: POST, path: /voice}
        - expect_request: {method: GET, path: /next}
        - expect_request: {method: POST, path: /end, params: {CallStatus: completed}}
    """

    assert (await play(steps, pages, status_callback="http://app.example/end")).ok


async def test_no_such_request_is_judged_when_the_call_waits(play: Play) -> None:
    pages: Pages = {"/voice": "<Say>Moment.</Say><Redirect>/secret</Redirect>", "/secret": MENU}

    assert (await play("- expect_no_request: {path: /admin}", pages)).ok
    assert "such a request was made" in told(await play("- expect_no_request: {path: /secret}", pages))


async def test_a_warning_is_expected_by_its_code(play: Play) -> None:
    document = '<Say colour="red">Hello</Say>'

    assert (await play("- expect_warning: 12200", document)).ok


async def test_other_warnings_are_told_instead(play: Play) -> None:
    result = await play("- expect_warning: 13310", '<Say colour="red">Hello</Say>')

    assert "there was no warning 13310" in told(result)
    assert "nearest: 12200 (line 1)" in told(result)


@pytest.mark.parametrize(
    ("ending", "document"),
    [
        ("completed", "<Say>Bye</Say>"),
        ("rejected", "<Reject/>"),
        ("no-answer", "<Reject/>"),
        ("rejected", '<Reject reason="busy"/>'),
        ("busy", '<Reject reason="busy"/>'),
        ("application-error", "<Say>"),
        ("failed", "<Redirect>/voice</Redirect>"),
    ],
)
async def test_a_call_ends_as_expected(play: Play, ending: str, document: str) -> None:
    result = await play(f"- expect_end: {ending}", document)

    assert result.message() is None


async def test_another_ending_is_told(play: Play) -> None:
    result = await play("- expect_end: completed", '<Reject reason="busy"/>')

    assert "the call did not end that way: expected completed" in told(result)
    assert "nearest: at 0.0 s it ended: rejected, busy" in told(result)


async def test_a_call_that_is_still_up_has_not_ended(play: Play) -> None:
    result = await play("- expect_end: completed", MENU)

    assert "the call did not end: the call was waiting for keys" in told(result)


async def test_a_page_contains_words(play: Play) -> None:
    pages: Pages = {**PAGES, "/": Answer("<h1>Atko  Mobile</h1>\n<p>all is well</p>", kind="text/html")}
    steps = """
        - http_get: {path: /, contains: [atko mobile, ALL IS WELL]}
        - http_get: {path: /}
    """

    assert (await play(steps, pages)).ok


async def test_a_page_without_the_words_shows_its_likeliest_line(play: Play) -> None:
    pages: Pages = {**PAGES, "/": Answer("<h1>Atko</h1>\n<p>all is well</p>", kind="text/html")}

    missing = await play("- http_get: {path: /, contains: all is lost}", pages)
    nowhere = await play("- http_get: {path: /nowhere}", pages)

    assert 'GET / does not contain "all is lost"' in told(missing)
    assert 'nearest line: "<p>all is well</p>"' in told(missing)
    assert "GET /nowhere answered 404" in told(nowhere)
