"""Steps about recordings: talking until something ends it, and the transcription that comes later."""

import pytest

from tests.callers.line import Pages, Params, Play, told

RECORD = '<Say>Leave a message.</Say><Record action="/after" timeout="4" maxLength="60"/><Say>Nothing was said.</Say>'
TRANSCRIBED = '<Record action="/after" transcribe="true" transcribeCallback="/words"/>'


def after(params: Params) -> str:
    return f"<Say>{params['RecordingDuration']} seconds, ended by {params['Digits'] or 'silence'}.</Say>"


PAGES: Pages = {"/voice": RECORD, "/after": after, "/words": "ok", "/end": "ok"}


async def test_talking_then_silence_ends_a_recording(play: Play) -> None:
    result = await play("- hear: leave\n- record: 12\n- hear: 12 seconds, ended by silence", PAGES)

    assert result.message() is None


@pytest.mark.parametrize("key", ["#", "5"])
async def test_a_key_ends_a_recording(play: Play, key: str) -> None:
    steps = f"""
        - {{record: 3.4, end: "{key}"}}
        - expect_request: {{path: /after, params: {{Digits: "{key}", RecordingDuration: 3}}}}
        - hear: ended by
    """

    assert (await play(steps, PAGES)).message() is None


async def test_hanging_up_ends_a_recording_and_the_call(play: Play) -> None:
    steps = """
        - {record: 7, end: hangup}
        - expect_request: {path: /after, params: {Digits: hangup, RecordingDuration: 7, CallStatus: completed}}
        - expect_end: hangup
    """

    assert (await play(steps, PAGES)).message() is None


async def test_who_says_nothing_leaves_no_recording(play: Play) -> None:
    result = await play("- record: 0\n- hear: nothing was said\n- expect_no_request: {path: /after}", PAGES)

    assert result.message() is None


async def test_the_greatest_length_ends_a_recording_whoever_still_talks(play: Play) -> None:
    result = await play('- {record: 300, end: "#"}\n- hear: 60 seconds, ended by silence', PAGES)

    assert result.message() is None
    assert result.virtual_seconds < 70


async def test_a_recording_is_not_over_for_silence_under_a_looking_step(play: Play) -> None:
    result = await play("- hear: nothing was said", PAGES)

    assert "the call was being recorded" in told(result)


async def test_a_recording_is_over_for_silence_under_wait(play: Play) -> None:
    assert (await play("- wait: 30\n- hear: nothing was said", PAGES)).message() is None


@pytest.mark.parametrize("step", ['{record: 0, end: "#"}', 'press: "#"'])
async def test_a_key_before_a_word_leaves_no_recording(play: Play, step: str) -> None:
    result = await play(f"- {step}\n- hear: nothing was said\n- expect_no_request: {{path: /after}}", PAGES)

    assert result.message() is None


async def test_timeout_is_about_gathers_not_recordings(play: Play) -> None:
    result = await play("- timeout: true", PAGES)

    assert "nothing timed out: the call had ended (completed)" in told(result)


async def test_a_key_that_does_not_end_it_leaves_the_recording_to_silence(play: Play) -> None:
    pages: Pages = {**PAGES, "/voice": '<Record action="/after" finishOnKey="1"/>'}

    assert (await play('- {record: 3, end: "#"}\n- hear: ended by silence', pages)).message() is None


async def test_a_call_that_never_records_fails_the_step(play: Play) -> None:
    result = await play("- record: 3", "<Say>Goodbye.</Say>")

    assert "the call never recorded: the call had ended (completed)" in told(result)
    assert '"Goodbye." was spoken last' in told(result)


async def test_a_transcription_arrives_while_the_call_goes_on(play: Play) -> None:
    pages: Pages = {**PAGES, "/voice": TRANSCRIBED, "/after": "<Pause length='30'/>"}
    steps = """
        - {record: 4, end: "#"}
        - transcription: my bill is wrong
        - expect_request:
            path: /words
            params: {TranscriptionText: my bill is wrong, TranscriptionStatus: completed, CallStatus: in-progress}
    """

    assert (await play(steps, pages)).message() is None


async def test_a_transcription_arrives_after_the_end_of_the_call(play: Play) -> None:
    steps = """
        - {record: 4, end: hangup}
        - expect_end: hangup
        - {transcription: my bill is wrong, of: 1}
        - expect_request: {path: /words, params: {TranscriptionText: my bill is wrong, CallStatus: completed}}
    """

    assert (await play(steps, {**PAGES, "/voice": TRANSCRIBED})).message() is None


async def test_a_transcription_may_fail(play: Play) -> None:
    steps = """
        - {record: 4, end: hangup}
        - transcription:
        - expect_request: {path: /words, params: {TranscriptionText: "", TranscriptionStatus: failed}}
    """

    assert (await play(steps, {**PAGES, "/voice": TRANSCRIBED})).message() is None


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ("", '<Record> has no transcribe="true"'),
        ('transcribeCallback="/words"', '<Record> has a transcribeCallback, but no transcribe="true"'),
        ('transcribe="true"', "it lasts 1 s, and only 2 to 120 s are transcribed"),
    ],
)
async def test_the_step_says_why_no_words_are_awaited(play: Play, attributes: str, why: str) -> None:
    pages: Pages = {**PAGES, "/voice": f'<Record action="/after" {attributes}/>'}
    result = await play('- {record: 1, end: "#"}\n- transcription: my bill is wrong', pages)

    assert f"no words of this recording are awaited: {why}" in told(result)


async def test_transcriptions_are_counted_by_recording(play: Play) -> None:
    pages: Pages = {**PAGES, "/voice": TRANSCRIBED, "/after": TRANSCRIBED}
    steps = """
        - {record: 4, end: "#"}
        - {record: 5, end: hangup}
        - {transcription: second, of: 2}
        - {transcription: first, of: 1}
        - expect_request: {path: /words, params: {TranscriptionText: second}}
        - expect_request: {path: /words, params: {TranscriptionText: first}}
    """

    assert (await play(steps, pages)).message() is None


async def test_a_transcription_of_nothing_fails_the_step(play: Play) -> None:
    result = await play("- transcription: hello", "<Say>Bye</Say>")

    assert "there was no recording: the call had ended (completed)" in told(result)
