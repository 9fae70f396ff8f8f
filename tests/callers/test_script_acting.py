"""Steps in which the caller acts: keys, words, silence, time, hanging up."""

from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from tests.callers.line import Line, Pages, Params, Play, open_line, told

MENU = '<Gather numDigits="1" action="/next" timeout="4"><Say>Press one.</Say></Gather><Say>Too late.</Say>'


async def test_keys_are_pressed_at_the_gather_that_runs_and_reach_its_action(play: Play) -> None:
    pages: Pages = {"/voice": MENU, "/next": lambda params: f"<Say>You pressed {params['Digits']}.</Say>"}

    assert (await play('- press: "1"\n- hear: you pressed 1', pages)).ok


async def test_keys_wait_for_the_next_gather(play: Play) -> None:
    pages: Pages = {"/voice": f"<Say>First some news.</Say><Pause length='60'/>{MENU}", "/next": "<Say>Well.</Say>"}

    result = await play("- press: 1\n- hear: well\n- expect_end: completed", pages)

    assert result.ok
    assert result.virtual_seconds > 60


async def test_each_press_belongs_to_one_gather_even_when_the_next_follows_at_once(play: Play) -> None:
    def menu(params: Params) -> str:
        level = len(params.get("l", "")) + 1
        return (
            f'<Gather numDigits="1" action="/voice?l={"x" * level}"><Say>Level {level}.</Say></Gather><Say>Late.</Say>'
        )

    result = await play("- press: 1\n- press: 2\n- hear: Level 3\n- not_hear: late", {"/voice": menu})

    assert result.message() is None


async def test_keys_nobody_finishes_are_sent_when_the_gather_times_out(play: Play) -> None:
    pages: Pages = {
        "/voice": '<Gather action="/next" timeout="7"/>',
        "/next": lambda params: f"<Say>{params['Digits']}</Say>",
    }
    steps = """
        - press: 0123
        - hear: 0123
        - expect_request: {path: /next, params: {FinishedOnKey: ""}}
    """

    result = await play(steps, pages)

    assert result.ok
    assert result.virtual_seconds > 7


async def test_keys_that_nobody_ever_takes_fail_the_step(play: Play) -> None:
    result = await play('- press: "1"', "<Say>Goodbye.</Say>")

    assert "the call never listened for keys: the call had ended (completed)" in told(result)
    assert '"Goodbye." was spoken last' in told(result)


async def test_words_are_spoken_at_the_next_speech_gather(play: Play) -> None:
    pages: Pages = {
        "/voice": '<Gather input="speech" action="/next"><Say>How can I help?</Say></Gather>',
        "/next": lambda params: f"<Say>{params['SpeechResult']} {params['Confidence']}</Say>",
    }

    assert (await play("- {speak: my bill, confidence: 0.5}\n- hear: my bill 0.5", pages)).ok


async def test_words_are_kept_until_prompts_are_over_that_may_not_be_interrupted(play: Play) -> None:
    pages: Pages = {
        "/voice": '<Gather input="speech" bargeIn="false" action="/next"><Say>How can I help?</Say></Gather>',
        "/next": "<Say>I see.</Say>",
    }

    result = await play("- speak: my bill\n- hear: how can I help\n- hear: I see", pages)

    assert result.message() is None
    assert result.record is not None
    assert result.record.ignored == 0


async def test_words_without_a_speech_gather_fail_the_step(play: Play) -> None:
    result = await play("- speak: hello", MENU)

    assert "the call never listened for speech: the call was waiting for keys" in told(result)


async def test_timeout_stays_silent_until_the_gather_gives_up(play: Play) -> None:
    assert (await play("- timeout: true\n- hear: too late", MENU)).ok


async def test_silence_that_is_submitted_is_a_timeout_too(play: Play) -> None:
    pages: Pages = {
        "/voice": '<Gather actionOnEmptyResult="true" action="/next"/>',
        "/next": '<Gather action="/next"/>',
    }

    result = await play('- timeout: true\n- expect_request: {path: /next, params: {Digits: ""}}', pages)

    assert result.message() is None
    assert result.virtual_seconds == 5


async def test_timeout_without_a_gather_fails_the_step(play: Play) -> None:
    result = await play("- timeout: true", "<Say>Goodbye.</Say>")

    assert "nothing timed out: the call had ended (completed)" in told(result)


async def test_wait_lets_exactly_that_much_time_pass(play: Play) -> None:
    result = await play("- wait: 2.5\n- hangup: true\n- expect_end: hangup", "<Pause length='3600'/>")

    assert result.ok
    assert result.virtual_seconds == 2.5


async def test_a_gather_times_out_under_wait(play: Play) -> None:
    assert (await play("- wait: 30\n- hear: too late", MENU)).ok


async def test_hanging_up_twice_fails_the_second_time(play: Play) -> None:
    result = await play("- hangup: true\n- hangup: true", MENU)

    assert "there was no call to hang up: the call had ended (hangup)" in told(result)


async def test_when_the_steps_run_out_the_caller_hangs_up(play: Play) -> None:
    result = await play("- hear: press one", MENU)

    assert result.record is not None
    assert result.record.ended is not None
    assert result.record.ended.ending == "hangup"


async def test_hours_on_hold_cost_nothing(play: Play) -> None:
    result = await play("- wait: 7200", {"/voice": "<Pause length='600'/><Redirect>/voice</Redirect>"})

    assert result.ok
    assert result.virtual_seconds == 7200
    assert result.wall_seconds < 60


async def test_a_script_may_call_for_somebody_else(play: Play) -> None:
    path = play.folder / "other.yaml"
    path.write_text('from: "+14155550143"\nsteps: [{expect_request: {params: {From: "+14155550143"}}}]')
    (script,) = read_scripts(path)

    assert script.name == "other"
    assert (await run_call(script, open_line(Line({"/voice": MENU})))).ok
