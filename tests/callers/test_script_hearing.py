"""Steps that listen: they move forward through what reached the ear."""

from typing import Literal
from unicodedata import normalize

import pytest

from tests.callers.line import Answer, Pages, Play, told

MENU = '<Gather numDigits="1" action="/next"><Say>Welcome to Atko. Press one, please.</Say></Gather>'


async def test_words_are_heard_whatever_their_case_and_white_space(play: Play) -> None:
    result = await play('- hear: "WELCOME   to atko"', MENU)

    assert result.message() is None


async def test_two_hears_match_words_of_one_prompt_in_their_order(play: Play) -> None:
    steps = """
        - hear: welcome
        - hear: press one
    """

    assert (await play(steps, MENU)).ok


async def test_words_before_those_heard_last_are_not_found_again(play: Play) -> None:
    steps = """
        - hear: press one
        - hear: welcome
    """

    result = await play(steps, MENU)

    assert result.failure is not None
    assert (result.failure.step and result.failure.step.number) == 2
    assert "before what was heard last: hear moves forward only" in told(result)


async def test_words_that_were_not_spoken_are_told_with_the_likeliest_prompt(play: Play) -> None:
    result = await play("- hear: Press two, please", "<Say>Hello.</Say><Say>Press one, please.</Say>")

    assert '"Press two, please" was not heard: the call had ended (completed)' in told(result)
    assert 'nearest: at 0.9 s "Press one, please."' in told(result)


async def test_words_of_two_prompts_are_told_to_lie_in_two(play: Play) -> None:
    document = "<Say>Hello.</Say><Say>Press 1 for sales.</Say><Play>/x.wav</Play><Say>Press 2</Say><Say>for help.</Say>"
    pages: Pages = {"/voice": document, "/x.wav": Answer("", kind="audio/wav")}

    two = await play("- hear: 1 for sales. press 2", pages)
    three = await play("- hear: sales. press 2 for", pages)

    assert 'the words lie in 2 prompts, not in one: look for "Press 1 for sales." and "Press 2" apart' in told(two)
    assert 'look for "Press 1 for sales." and "Press 2" and "for help." apart' in told(three)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_a_letter_is_the_same_composed_and_decomposed(play: Play, form: Literal["NFC", "NFD"]) -> None:
    other: Literal["NFC", "NFD"] = "NFD" if form == "NFC" else "NFC"
    pages: Pages = {
        "/voice": normalize(other, "<Gather input='speech' action='/said'><Say>Ça va, é?</Say></Gather>"),
        "/said": normalize(other, "<Say>Très bien.</Say><Enqueue waitUrl='/wait'>café</Enqueue>"),
        "/wait": "<Pause length='60'/>",
    }
    steps = normalize(form, "- hear: ÇA VA, É\n- speak: SAID\n- expect_request: {params: {SpeechResult: déjà vu}}\n")
    more = normalize(form, "- hear: très bien\n- expect_end: queued café")

    result = await play(f"{steps}{more}".replace("SAID", normalize(other, "déjà vu")), pages)

    assert result.message() is None


async def test_a_prompt_cut_off_by_a_key_counts_up_to_where_it_was_cut(play: Play) -> None:
    pages: Pages = {"/voice": MENU, "/next": "<Say>Next.</Say>"}
    steps = """
        - wait: 1.2
        - press: "1"
        - hear: welcome to
        - hear: press one
    """

    result = await play(steps, pages)

    assert result.failure is not None
    assert (result.failure.step and result.failure.step.number) == 4
    assert 'that prompt was cut off after "Welcome to Atko."' not in told(result)
    assert 'that prompt was cut off after "Welcome to"' in told(result)


async def test_nothing_spoken_is_told_so(play: Play) -> None:
    result = await play("- hear: hello", "<Hangup/>")

    assert "nearest: nothing was spoken" in told(result)


async def test_plain_text_that_is_read_aloud_is_heard(play: Play) -> None:
    pages: Pages = {"/voice": Answer("Good morning", kind="text/plain")}

    assert (await play("- hear: good morning", pages)).ok


async def test_not_hear_holds_while_the_words_have_not_come(play: Play) -> None:
    pages: Pages = {"/voice": MENU, "/next": "<Say>Your balance is ten.</Say>"}
    steps = """
        - not_hear: balance
        - press: "1"
        - hear: balance
    """

    assert (await play(steps, pages)).ok


async def test_not_hear_fails_when_the_words_came_before_the_call_waits(play: Play) -> None:
    result = await play("- not_hear: press ONE", MENU)

    assert '"press ONE" was heard' in told(result)
    assert 'nearest: at 0.0 s "Welcome to Atko. Press one, please."' in told(result)


async def test_sounds_are_heard_by_a_part_of_their_url(play: Play) -> None:
    pages: Pages = {"/voice": "<Play>/hold.wav</Play><Say>Bye</Say>", "/hold.wav": Answer("", kind="audio/wav")}
    steps = """
        - hear_play: hold
        - hear: bye
        - not_hear_play: music
    """

    assert (await play(steps, pages)).ok


async def test_a_sound_that_did_not_come_is_told_with_the_likeliest_one(play: Play) -> None:
    pages: Pages = {"/voice": "<Play>/hold.wav</Play>", "/hold.wav": Answer("", kind="audio/wav")}

    missing = await play("- hear_play: hold.mp3", pages)
    unwanted = await play("- not_hear_play: hold", pages)

    assert "nearest: at 0.0 s http://app.example/hold.wav was played" in told(missing)
    assert "a sound with 'hold' in its URL was heard" in told(unwanted)


async def test_one_sound_played_once_is_heard_once(play: Play) -> None:
    pages: Pages = {"/voice": "<Play>/a.wav</Play>", "/a.wav": Answer("", kind="audio/wav")}

    result = await play("- hear_play: a.wav\n- hear_play: a.wav", pages)

    assert result.failure is not None
    assert (result.failure.step and result.failure.step.number) == 2


async def test_tones_are_heard_exactly(play: Play) -> None:
    steps = """
        - hear_digits: "9"
        - hear_digits: "0123"
    """

    right = await play(steps, '<Play digits="9"/><Play digits="0123"/>')
    wrong = await play('- hear_digits: "9"', '<Play digits="99"/>')

    assert right.ok
    assert "the tones 9 were not played" in told(wrong)
    assert "nearest: tones played: 99" in told(wrong)


async def test_looking_never_lets_the_line_time_out(play: Play) -> None:
    result = await play("- hear: are you there", f"{MENU}<Say>Are you there?</Say>")

    assert "the call was waiting for keys" in told(result)
