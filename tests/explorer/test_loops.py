"""Loops are told by what the caller does and hears, and none where a menu has an exit after all."""

import pytest

from simulator.explorer.findings.finding import Finding
from tests.callers.line import Answer, Pages, Params
from tests.explorer.usual_lines import GOODBYE, asking, branches, explored, findings, judged

AGAIN = "<Redirect>/voice</Redirect>"


async def loops(pages: Pages) -> dict[str, Finding]:
    return {id_: each for id_, each in (await findings(pages)).items() if each.rule == "loop"}


async def only_loop(pages: Pages) -> tuple[Finding, str]:
    """The finding, and the moves of its path after the first."""
    verdict = judged(await explored(pages))
    (finding,) = (each for each in verdict.new if each.rule == "loop")
    return finding, " › ".join(move.shown for move in verdict.path_of(finding).moves[1:])


async def test_silence_that_is_asked_again_for_ever_is_shown_by_silence() -> None:
    pages = {"/voice": asking("For sales press 1.", after=AGAIN), "/menu": branches({"1": "<Say>Sales.</Say>"}, AGAIN)}

    finding, moves = await only_loop(pages)

    assert finding.id == "loop:/voice:silence"
    assert finding.sentence == "At /voice, a caller who presses nothing is asked again and again without end."
    assert moves == "press nothing"


async def test_a_menu_read_out_again_has_the_exits_it_had_before() -> None:
    """A key that is not pressed a third time leads where it led the first time."""
    found = await loops(
        {"/voice": asking("For sales press 1.", after=AGAIN), "/menu": branches({"1": "<Say>Sales.</Say>"}, AGAIN)}
    )

    assert list(found) == ["loop:/voice:silence"]


async def test_a_menu_of_sound_files_has_the_exits_it_had_before_too() -> None:
    sound = Answer("a sound", kind="audio/mpeg")
    menu = f'<Gather numDigits="1" action="/menu"><Play>/menu.mp3</Play></Gather>{AGAIN}'
    pages = {"/voice": menu, "/menu": branches({"1": GOODBYE}, AGAIN), "/menu.mp3": sound}

    assert list(await loops(pages)) == ["loop:/voice:silence"]


async def test_a_menu_without_an_exit_is_one_finding_silence_included() -> None:
    pages = {
        "/voice": asking("For hours press 1.", after=AGAIN),
        "/menu": branches({"1": f"<Say>Nine to five.</Say>{AGAIN}"}, AGAIN),
    }

    assert list(await loops(pages)) == ["loop:/voice:no-exit"]


async def test_a_record_without_an_action_asks_whoever_talks_for_a_message_again() -> None:
    """Twilio asks for the same document then: docs, TwiML Record, action."""
    pages = {"/voice": f"<Say>Please leave a message.</Say><Record/>{GOODBYE}"}

    finding, moves = await only_loop(pages)

    assert (finding.id, finding.severity, moves) == ("loop:/voice:message", "error", "talk for 5 s")
    assert finding.sentence == (
        "At /voice, a caller who leaves a message is asked for another one again and again without end."
    )


async def test_a_record_whose_document_knows_the_recording_is_none() -> None:
    def voice(params: Params) -> str:
        return GOODBYE if "RecordingUrl" in params else f"<Say>Please leave a message.</Say><Record/>{GOODBYE}"

    assert await findings({"/voice": voice}) == {}


async def test_silence_at_a_record_that_asks_again_for_ever() -> None:
    finding, moves = await only_loop({"/voice": f'<Say>Talk.</Say><Record action="/end"/>{AGAIN}', "/end": GOODBYE})

    assert (finding.id, moves) == ("loop:/voice:silence", "say nothing")
    assert "a caller who says nothing" in finding.sentence


async def test_a_number_that_is_dialled_again_whenever_nobody_answers() -> None:
    dial = '<Dial timeout="20" action="/voice"><Number>+13125550111</Number></Dial>'

    finding, moves = await only_loop({"/voice": dial})

    assert finding.id == "loop:/voice:ringing"
    assert moves == "the called party: no-answer"


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (
            {"/a": "<Redirect>/b</Redirect>", "/b": "<Say>Wait.</Say><Redirect>/a</Redirect>"},
            "/a and /b lead back to one another without end; the caller hears “Wait.” again and again.",
        ),
        ({"/a": "<Redirect>/a</Redirect>"}, "/a leads back to itself without end; the caller hears nothing."),
    ],
)
async def test_documents_that_follow_one_another_are_named_with_what_is_heard(pages: Pages, sentence: str) -> None:
    menu = {"/voice": asking("For hours press 1."), "/menu": branches({"1": GOODBYE}, "<Redirect>/a</Redirect>")}

    verdict = judged(await explored({**menu, **pages}))

    (finding,) = verdict.failures
    assert finding.sentence == sentence
    assert len(finding.ways) > 5
    assert len(verdict.path_of(finding).transcript) < 20
