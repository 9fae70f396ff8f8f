"""What is written down of a call, and what of it is masked."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.reports import junit_case, report
from simulator.callers.script.result import CallResult
from simulator.errors import UnknownNumberError, WrongUseError
from simulator.files import check_writable, write_file
from tests.callers.line import Answer, HandMobile, Line, Pages, Play, open_line, told

CODE = "482913"
PAGES: Pages = {
    "/voice": '<Say voice="Polly.Joanna" language="en-US" colour="red">Hello.</Say><Redirect>/ask</Redirect>',
    "/ask": '<Gather numDigits="6" action="/check"><Play>/ask.wav</Play></Gather>',
    "/check": lambda params: f'<Say>You typed {" ".join(params["Digits"])}.</Say><Play digits="9"/>',
    "/ask.wav": Answer("", kind="audio/wav"),
    "/end": Answer("", 204),
}


async def played(play: Play, steps: str, settings: Settings | None = None) -> CallResult:
    mobile = HandMobile()
    mobile.deliver(CODE)
    return await play(steps, PAGES, mobile=mobile, settings=settings, status_callback="http://app.example/end")


async def test_a_report_has_exactly_these_fields(play: Play) -> None:
    result = await played(play, '- press: "${sms_code}"\n- expect_end: completed')

    data = report(result)

    assert list(data) == [
        "name", "ok", "failed_step", "message", "ended", "call_sid", "virtual_seconds", "wall_seconds",
        "heard", "requests", "warnings",
    ]  # fmt: skip
    assert (data["name"], data["ok"], data["failed_step"], data["message"]) == ("a call", True, None, None)
    assert data["ended"] == "completed"
    assert data["call_sid"].startswith("CA")
    assert {name for request in data["requests"] for name in request} == {
        "at", "method", "url", "path", "params", "headers", "status", "content_type", "twiml", "latency", "error",
    }  # fmt: skip
    assert [set(heard) for heard in data["heard"]] == [
        {"at", "verb", "voice", "language", what} for what in ("text", "url", "text", "digits")
    ]
    assert [set(warning) for warning in data["warnings"]] == [{"code", "level", "message", "line"}]


async def test_a_report_tells_what_was_heard_and_asked_with_seconds_from_the_start(play: Play) -> None:
    data = report(await played(play, '- wait: 2\n- press: "${sms_code}"\n- expect_end: completed'))

    assert data["heard"][0] == {
        "at": 0.0,
        "verb": "Say",
        "text": "Hello.",
        "voice": "Polly.Joanna",
        "language": "en-US",
    }
    assert data["heard"][1]["url"] == "http://app.example/ask.wav"
    assert data["heard"][3]["digits"] == "9"
    assert [(each["method"], each["path"], each["status"]) for each in data["requests"]] == [
        ("POST", "/voice", 200),
        ("POST", "/ask", 200),
        ("GET", "/ask.wav", 200),
        ("POST", "/check", 200),
        ("POST", "/end", 204),
    ]
    assert data["requests"][0]["twiml"].startswith("<Response><Say voice=")
    assert data["requests"][0]["content_type"] == "text/xml"
    assert data["requests"][3]["at"] == 2.0
    assert [warning["code"] for warning in data["warnings"]] == [12200]


async def test_a_failed_call_reports_its_step_and_message(play: Play) -> None:
    data = report(await played(play, "- hear: hello\n- hear: goodbye"))

    assert (data["ok"], data["failed_step"]) == (False, 2)
    assert 'step 2: hear: "goodbye"\n"goodbye" was not heard' in data["message"]
    assert data["ended"] == "hangup"


async def test_codes_are_nowhere_in_what_is_written_or_shown(play: Play) -> None:
    result = await played(play, f'- press: "{CODE}"\n- hear: something else')

    everything = json.dumps(report(result)) + "".join(result.journal_lines()) + told(result) + junit_case(result)

    assert CODE not in everything
    assert " ".join(CODE) not in everything
    assert "presses ••••••" in told(result)
    assert "You typed •••••••••••." in told(result)


async def test_a_secret_typed_only_once_is_masked_where_it_was_spoken_before(play: Play) -> None:
    pages: Pages = {
        "/voice": '<Gather numDigits="4" action="/next"><Say>The word of the day is 9731.</Say></Gather>',
        "/next": "<Say>Thanks.</Say>",
    }

    data = report(await play("- hear: 9731\n- press: 9731", pages))

    assert "9731" not in json.dumps(data)


async def test_the_step_that_failed_is_shown_without_the_code_in_it(play: Play) -> None:
    result = await played(play, "- press: ${sms_code}\n- hear: You typed 4 8 2 9 1 4")

    assert "4 8 2 9 1 3" not in told(result)


async def test_keys_that_nobody_took_are_masked_in_the_step_that_failed(play: Play) -> None:
    assert 'step 1: press: "••••#"' in told(await play("- press: 9731#", "<Say>Hi</Say>"))


async def test_short_keys_are_shown(play: Play) -> None:
    result = await play("- press: 123\n- hear: nothing", '<Gather action="/x"/>')

    assert "presses 123" in told(result)


async def test_unmasked_shows_everything(play: Play) -> None:
    result = await played(play, f'- press: "{CODE}"\n- hear: something else', Settings(is_unmasked=True))

    assert f"presses {CODE}" in told(result)
    assert CODE in json.dumps(report(result))
    assert CODE in "".join(result.journal_lines())


async def test_signatures_and_cookies_are_masked_in_reports(play: Play) -> None:
    result = await play("- hear: hi", {"/voice": Answer("<Response><Say>hi</Say></Response>")})

    headers = report(result)["requests"][0]["headers"]

    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert set(headers["X-Twilio-Signature"]) == {"•"}


async def test_the_journal_is_whole_and_in_order(play: Play) -> None:
    result = await played(play, '- press: "${sms_code}"')

    entries = [json.loads(line) for line in result.journal_lines()]

    assert len(entries) == len(result.journal.entries)
    assert (entries[0]["what"], entries[-1]["what"]) == ("Rang", "Told")


async def test_the_same_script_and_seed_give_the_same_journal(play: Play) -> None:
    one = await played(play, '- press: "${sms_code}"', Settings(seed=7))
    same = await played(play, '- press: "${sms_code}"', Settings(seed=7))
    other = await played(play, '- press: "${sms_code}"', Settings(seed=8))

    assert list(one.journal_lines()) == list(same.journal_lines()) != list(other.journal_lines())


async def test_a_case_of_junit_tells_a_failure_from_an_interruption(play: Play) -> None:
    good = await play("- hear: hi", "<Say>hi</Say>")
    bad = await play('- hear: "ho & <hum>"', "<Say>hi \u0085</Say>")

    cases = [ElementTree.fromstring(junit_case(each)) for each in (good, bad, replace(bad, is_interrupted=True))]

    assert [case.get("name") for case in cases] == ["a call"] * 3
    assert [[each.tag for each in case] for case in cases] == [[], ["failure"], ["error"]]
    failure = cases[1][0]
    assert '"ho & <hum>" was not heard' in (failure.get("message") or "")
    assert "calls +12075551234" in (failure.text or "")


async def test_strict_fails_on_a_warning_that_no_step_expects(play: Play) -> None:
    document = '<Say colour="red">hi</Say>'
    strict = Settings(is_strict=True)

    surprised = await play("- hear: hi", document, settings=strict)
    expected = await play("- expect_warning: 12200\n- hear: hi", document, settings=strict)

    assert "there was a warning: 12200 (line 1)" in told(surprised)
    assert report(surprised)["failed_step"] is None
    assert expected.ok
    assert (await play("- hear: hi", document)).ok


async def test_a_number_nobody_has_is_no_result_but_an_error(play: Play) -> None:
    (script,) = read_scripts(play.write("- hear: hi"))
    finished: list[CallResult] = []

    with pytest.raises(UnknownNumberError):
        await run_call(script, open_line(Line({})), Settings(called="+12075551235"), finished=finished.append)

    assert finished == []


def test_places_that_cannot_be_written_to_are_refused_before_any_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    for path in (tmp_path, tmp_path / "nowhere" / "x.json", tmp_path / "file" / "x.json"):
        with pytest.raises(WrongUseError):
            check_writable(path)
    check_writable(tmp_path / "new.json")
    check_writable(tmp_path / "file")


def test_a_written_file_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")

    write_file(tmp_path / "link.json", "new")

    assert (tmp_path / "real.json").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "real.json"]
