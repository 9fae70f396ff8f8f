"""`phone call` as it is used: scripts, options, exit codes, files, one sentence for each mistake."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakes.doors import served
from simulator.cli.phone import make_phone
from simulator.network import OpenNetwork
from tests.callers.line import CALLED, Answer, HandMobile, Line, Pages, Play, open_line

PAGES: Pages = {
    "/voice": '<Gather numDigits="1" action="/next"><Say>Press one.</Say></Gather>',
    "/next": lambda params: f"<Say>From {params['From']} to {params['To']}.</Say><Play>/x.wav</Play>",
    "/x.wav": Answer("", kind="audio/wav"),
    "/end": Answer("", 204),
}
GOOD = "- hear: press one\n- press: 1\n- expect_end: completed"
BAD = "- hear: press two"


@pytest.fixture
def demo() -> OpenNetwork:
    return open_line(Line(PAGES))


@pytest.fixture
async def line() -> AsyncIterator[tuple[Line, str]]:
    """The same application over loopback, and its address."""
    application = Line(PAGES)
    async with served(application) as address:
        yield application, address


def phone(demo: OpenNetwork | None, *arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(make_phone(demo), [str(each) for each in arguments], env=environment)


async def phone_over_http(*arguments: str | Path, **environment: str) -> Result:
    return await asyncio.to_thread(phone, None, *arguments, **environment)


def test_a_call_that_goes_as_expected_is_one_line_and_exit_code_0(play: Play, demo: OpenNetwork) -> None:
    result = phone(demo, "call", play.write(GOOD))

    assert result.exit_code == 0
    first, summary = result.stdout.splitlines()
    assert first.startswith("ok a call  ")
    assert " s virtual, " in first
    assert first.endswith(" ms")
    assert summary.startswith("1 call: 1 ok, ")
    assert result.stderr == ""


def test_a_call_that_does_not_is_told_with_step_transcript_and_nearest(play: Play, demo: OpenNetwork) -> None:
    path = play.write(BAD)

    result = phone(demo, "call", path)

    assert result.exit_code == 1
    assert "FAILED a call" in result.stdout
    assert f'{path}:3, step 1: hear: "press two"' in result.stdout
    assert 'nearest: at 0.0 s "Press one."' in result.stdout
    assert "0.0 s  caller       calls +12075551234 from +17735551234" in result.stdout
    assert "0.0 s  application  POST http://app.example/voice -> 200" in result.stdout
    assert "1 call: 0 ok, 1 failed" in result.stdout


def test_every_script_is_played_even_after_one_failed(play: Play, demo: OpenNetwork) -> None:
    result = phone(demo, "call", play.write(BAD, "bad.yaml"), play.write(GOOD, "good.yaml"))

    assert result.exit_code == 1
    assert "2 calls: 1 ok, 1 failed" in result.stdout


def test_numbers_of_the_command_line_win_over_the_script(play: Play, demo: OpenNetwork) -> None:
    path = play.folder / "s.yaml"
    path.write_text('{from: "+14155550143", steps: [{press: 1}, {hear: "from ${who} to +12075551234"}]}')

    assert phone(demo, "call", path, "--var", "who=+14155550143").exit_code == 0
    assert phone(demo, "call", path, "--var", "who=+13125550100", "--from", "+13125550100").exit_code == 0


def test_options_may_stand_before_the_subcommand(play: Play, demo: OpenNetwork) -> None:
    path = play.write("- press: 1\n- hear: from +13125550100")

    assert phone(demo, "--from", "+13125550100", "call", path).exit_code == 0
    assert phone(demo, "--from", "+14155550143", "call", "--from", "+13125550100", path).exit_code == 0


def test_strict_and_lenient_change_what_passes(play: Play) -> None:
    demo = open_line(Line({"/voice": "<Oops/><Say>Hi.</Say>"}))
    path = play.write("- hear: hi")

    assert phone(demo, "call", path).exit_code == 1
    assert phone(demo, "call", path, "--lenient").exit_code == 0
    assert phone(demo, "call", path, "--lenient", "--strict").exit_code == 1


def test_files_are_written_also_for_failed_calls(play: Play, demo: OpenNetwork, tmp_path: Path) -> None:
    out = [tmp_path / name for name in ("r.json", "j.xml", "j.jsonl")]

    result = phone(
        demo, "call", play.write(BAD), play.write(GOOD, "g.yaml"),
        "--report", out[0], "--junit", out[1], "--journal", out[2],
    )  # fmt: skip

    assert result.exit_code == 1
    assert [call["ok"] for call in json.loads(out[0].read_text())] == [False, True]
    assert 'failures="1"' in out[1].read_text()
    assert sum('"what":"Ended"' in line for line in out[2].read_text().splitlines()) == 2


def test_codes_are_masked_unless_asked_for(play: Play, tmp_path: Path) -> None:
    mobile = HandMobile()
    mobile.deliver("482913")
    demo = open_line(Line({**PAGES, "/voice": '<Gather action="/next"/>'}), mobile)
    path, out = play.write('- press: "${sms_code}#"\n- hear: nothing of the kind'), tmp_path / "report.json"

    masked = phone(demo, "call", path, "--report", out)
    assert "482913" not in masked.output + out.read_text()

    unmasked = phone(demo, "call", path, "--report", out, "--unmasked")
    assert "presses 482913#" in unmasked.output
    assert "482913" in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["call"], "phone: name a SCRIPT.yaml, or say --demo for the demo's own calls"),
        (["call", "--demo"], "phone: --demo: no call scripts are installed here; name a SCRIPT.yaml"),
        (["cal"], "phone: No such command 'cal'. Did you mean 'call'?"),
        (["call", "s.yaml", "--reprt", "x"], "phone call: No such option '--reprt'."),
        (["call", "nowhere.yaml"], "phone: nowhere.yaml: cannot be read: No such file or directory"),
        (["call", "s.yaml", "--seed", "x"], "phone call: Invalid value for '--seed': 'x' is not a valid integer."),
        (["call", "s.yaml", "--var", "x"], "phone: --var takes NAME=VALUE, got 'x'"),
        (
            ["call", "s.yaml", "--report", "no/where.json"],
            "phone: no/where.json cannot be written: there is no directory",
        ),
        (["call", "s.yaml", "--url", "localhost:5000/v"], "did you mean http://localhost:5000/v?"),
        (["call", "s.yaml", "--url", "ftp://x"], "phone: --url takes an absolute http or https URL, got 'ftp://x'"),
        (["call", "s.yaml", "--url", "http://x:y/"], "phone: --url takes an absolute http or https URL"),
        (["call", "s.yaml", "--url", "http://"], "phone: --url takes an absolute http or https URL, got 'http://'"),
        (["call", "s.yaml", "--url", "http://x", "--fallback-url", "y"], "--fallback-url takes an absolute http"),
        (["call", "s.yaml", "--auth-token", "x"], "phone: --auth-token goes with --url: without it the demo is called"),
        (["call", "s.yaml", "--method", "GET"], "phone: --method goes with --url"),
        (["call", "s.yaml", "--url", "http://x", "--method", "PUT"], "phone call: Invalid value for '--method'"),
        (["call", "s.yaml", "--to", "+12075551235"], "no number +12075551235 on this exchange; did you mean"),
        (
            ["call", "s.yaml", "--from", " "],
            "phone: --from takes a number such as +17735551234 or (773) 555-1234, a word",
        ),
        (["call", "s.yaml", "--from", "555-1234"], "begins with client: or sip:, got '555-1234'"),
        (
            ["call", "s.yaml", "--to", "anonymous"],
            "phone: --to takes a number such as +17735551234 or (773) 555-1234, or",
        ),
        (["call", "s.yaml", "--stir", "D"], "phone call: Invalid value for '--stir': 'D' is not one of 'A', 'B', 'C'"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    play: Play, demo: OpenNetwork, arguments: list[str], said: str
) -> None:
    scripts = {"s.yaml": str(play.write(GOOD, "s.yaml")), "v.yaml": str(play.folder / "v.yaml")}
    (play.folder / "v.yaml").write_text("{vars: {greeting: hi}, steps: [{hear: hello}]}")

    result = phone(demo, *(scripts.get(each, each) for each in arguments))

    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_a_script_that_cannot_be_read_stops_all_before_the_first_call(play: Play) -> None:
    line = Line(PAGES)

    result = phone(open_line(line), "call", play.write(GOOD), play.write("- haer: x", "wrong.yaml"))

    assert result.exit_code == 2
    assert "wrong.yaml:3: step 1: unknown step 'haer'; did you mean 'hear'?" in result.stderr
    assert line.asked == []


def test_without_a_demo_a_url_is_needed(play: Play) -> None:
    result = phone(None, "call", play.write(GOOD))

    assert result.exit_code == 2
    assert result.stderr == "phone: there is no demo in this installation; say which application to call with --url\n"


def test_help_shows_examples() -> None:
    assert "phone --url http://127.0.0.1:5000/ivr/welcome" in phone(None, "--help").stdout
    assert "phone call sms.yaml --var greeting=Hello" in phone(None, "call", "--help").stdout


async def test_any_application_over_http_can_be_called(play: Play, line: tuple[Line, str]) -> None:
    application, address = line

    result = await phone_over_http(
        "call", play.write(GOOD), "--url", f"{address}/voice", "--method", "get", "--status-callback", f"{address}/end"
    )

    assert result.exit_code == 0, result.output
    assert application.asked == [("GET", "/voice"), ("POST", "/next"), ("GET", "/x.wav"), ("POST", "/end")]


def test_a_refusal_is_told_with_its_words_and_with_what_to_do(play: Play) -> None:
    pages: Pages = {"/voice": Answer("<h1>Method Not Allowed</h1>", 405, "text/html")}

    result = phone(open_line(Line(pages)), "call", play.write("- hear: press one"))

    assert "debugger     11200 the document could not be fetched: " in result.output
    assert "answered 405: Method Not Allowed" in result.output
    assert "debugger       → have the URL take this method, or change it: --method get for the first" in result.output


def test_what_names_the_url_of_a_get_does_not_give_its_parameters_away(play: Play) -> None:
    """The host that does not answer was named with the whole query, and so with the call's token."""
    files = [play.folder / name for name in ("report.json", "junit.xml", "journal.jsonl")]
    options = zip(("--report", "--junit", "--journal"), files, strict=True)
    url = ("--url", "http://me:word@127.0.0.1:1/voice?page=2", "--method", "get")

    result = phone(None, "call", play.write(GOOD), *url, *(each for option in options for each in option))

    assert result.exit_code == 1
    assert "no connection to http://127.0.0.1:1/voice?page=2: it was refused" in result.output
    assert "CallSid" not in result.output
    for text in (result.output, *(file.read_text() for file in files)):
        assert "parentCallInfoToken" not in text
        assert "word" not in text


async def test_the_application_owns_whatever_number_the_script_calls(play: Play, line: tuple[Line, str]) -> None:
    path = play.folder / "s.yaml"
    path.write_text('{to: "+441632960000", steps: [{press: 1}, {hear: "to ${number}"}]}')
    url = ("--url", f"{line[1]}/voice")

    scripted = await phone_over_http("call", path, *url, "--var", "number=+441632960000")
    commanded = await phone_over_http("call", path, *url, "--var", "number=+441632960001", "--to", "+441632960001")

    assert (scripted.exit_code, commanded.exit_code) == (0, 0), scripted.output + commanded.output


async def test_numbers_are_vouched_for_as_the_command_line_says_unless_the_script_does(
    play: Play, line: tuple[Line, str]
) -> None:
    application, address = line
    application.pages = {"/voice": lambda params: f"<Say>{params['From']} {params.get('StirVerstat')}</Say>"}
    usual, own = play.folder / "usual.yaml", play.folder / "own.yaml"
    usual.write_text('{vars: {is: A}, steps: [{hear: "+13125550100 TN-Validation-${is}"}]}')
    own.write_text("{stir: none, steps: [{hear: +13125550100 none}]}")
    url = ("--url", f"{address}/voice", "--from", "(312) 555-0100")

    usually = await phone_over_http("call", usual, own, *url, "--var", "is=Passed-A")
    forged = await phone_over_http("call", usual, own, *url, "--var", "is=Failed-A", "--stir", "failed")

    assert (usually.exit_code, forged.exit_code) == (0, 0), usually.output + forged.output


async def test_sounds_on_other_hosts_are_left_alone(play: Play, line: tuple[Line, str]) -> None:
    application, address = line
    plays = f"<Play>http://elsewhere.invalid/a.wav</Play><Play>{address}/x.wav</Play>"
    application.pages = {**PAGES, "/voice": plays}

    result = await phone_over_http(
        "call", play.write("- hear_play: elsewhere\n- hear_play: x.wav"), "--url", f"{address}/voice", "--strict"
    )

    assert result.exit_code == 0, result.output
    assert application.asked == [("POST", "/voice"), ("GET", "/x.wav")]


MUSIC = "http://twimlets.invalid/holdmusic?Bucket=com.twilio.music.classical"


@pytest.mark.parametrize(
    ("verbs", "step"),
    [
        (f'<Dial><Conference waitUrl="{MUSIC}">standup</Conference></Dial>', "expect_conference: {name: standup}"),
        (f'<Enqueue waitUrl="{MUSIC}">support</Enqueue>', "expect_end: queued support"),
        ('<Enqueue waitUrl="/wait">support</Enqueue>', "expect_end: queued support"),
    ],
)
async def test_wait_music_on_other_hosts_is_left_alone(
    play: Play, line: tuple[Line, str], verbs: str, step: str
) -> None:
    application, address = line
    application.pages = {"/voice": verbs, "/wait": f"<Redirect>{MUSIC}</Redirect>"}

    result = await phone_over_http(
        "call", play.write(f"- wait: 600\n- {step}"), "--url", f"{address}/voice", "--strict"
    )

    assert result.exit_code == 0, result.output
    assert {path for _, path in application.asked} <= {"/voice", "/wait"}


async def test_requests_are_signed_with_the_given_token_which_is_never_shown(
    play: Play, line: tuple[Line, str], tmp_path: Path
) -> None:
    """The application tells its token aloud; what is written has neither it nor the signature."""
    application, address = line
    application.pages = {"/voice": "<Say>My token is twelve34567.</Say>"}
    out = tmp_path / "report.json"
    arguments = ("call", play.write("- hear: my token"), "--url", f"{address}/voice", "--report", out)

    given = await phone_over_http(*arguments, "--auth-token", "twelve34567")
    assert given.exit_code == 0
    assert "twelve34567" not in out.read_text()

    await phone_over_http(*arguments, TWILIO_AUTH_TOKEN="twelve34567")
    assert "twelve34567" not in out.read_text()


async def test_an_application_that_cannot_be_reached_is_heard_and_told(play: Play, line: tuple[Line, str]) -> None:
    async with served(Line(PAGES)) as gone:
        pass

    result = await phone_over_http(
        "call", play.write("- hear: application error\n- expect_warning: 11202"), "--url", f"{gone}/voice"
    )

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith(f"Nobody answered: no connection to {gone}/voice")
    assert "(Twilio's code 11202)" in result.stdout
    assert result.stderr == ""


async def test_what_is_broken_on_purpose_is_no_reason_to_start_the_application(
    play: Play, line: tuple[Line, str]
) -> None:
    _, address = line
    script = play.write("- expect_end: application-error")
    script.write_text("trouble: webhook-refused\n" + script.read_text())

    result = await phone_over_http("call", script, "--url", f"{address}/voice")

    assert result.exit_code == 0, result.output
    assert "Nobody answered" not in result.stdout


def test_without_a_subcommand_the_terminal_phone_is_shown() -> None:
    shown: list[object] = []

    def screen(open_network: OpenNetwork, **options: object) -> int:
        shown.append(options)
        return 3

    result = CliRunner().invoke(
        make_phone(open_line(Line(PAGES)), screen), ["--from", "+13125550100", "--to", CALLED, "--seed", "7"]
    )

    assert result.exit_code == 3
    assert shown == [{"seed": 7, "caller": "+13125550100", "called": CALLED, "light": False, "voice": False}]


def test_no_call_sid_is_used_twice_against_an_application_that_runs_on(tmp_path: Path) -> None:
    """Two scripts in each of two runs: four calls, four sids, as on the real network."""
    sids: list[str] = []
    script = tmp_path / "s.yaml"
    script.write_text("calls: [{steps: [hangup: true]}, {steps: [hangup: true]}]")
    report = tmp_path / "report.json"

    async def run() -> None:
        async with served(Line(PAGES)) as url:
            for _ in range(2):
                command = ["call", str(script), "--url", f"{url}/voice", "--report", str(report)]
                await asyncio.to_thread(CliRunner().invoke, make_phone(), command)
                sids.extend(call["call_sid"] for call in json.loads(report.read_text()))

    asyncio.run(run())

    assert len(sids) == len(set(sids)) == 4
