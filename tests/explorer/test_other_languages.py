"""A line in another language: it is said that its announcements were not understood, and its options are not judged."""

import pytest

from simulator.explorer.announced import compiled
from simulator.explorer.findings.finding import Policy, Survey
from simulator.explorer.findings.table import find_all
from simulator.explorer.moves import Habits
from simulator.explorer.plan import Plan
from tests.callers.line import Answer, Pages
from tests.explorer.usual_lines import branches, explored, findings

OTHERWISE = "<Redirect>/voice</Redirect>"


def line(says: str) -> Pages:
    """Two options, each with an end of its own."""
    return {
        "/voice": f'<Gather numDigits="1" action="/menu">{says}</Gather><Say>Tschüss.</Say>',
        "/begruessung-und-hauptmenue.mp3": Answer("a sound", kind="audio/mpeg"),
        "/menu": branches({"1": "<Say>Eins.</Say><Hangup/>", "2": "<Say>Zwei.</Say><Hangup/>"}, OTHERWISE),
    }


GERMAN = "Für den Kontostand drücken Sie die 1, für alles andere die 2."


@pytest.mark.parametrize(
    ("says", "language"),
    [
        (f'<Say language="de-DE">{GERMAN}</Say>', "de-DE"),
        (f'<Say voice="Google.de-DE-Standard-A">{GERMAN}</Say>', "de-DE"),
        (f"<Say>{GERMAN}</Say>", "another language than English"),
        ('<Say>For English press 1.</Say><Say language="es-MX">Para español oprima el dos.</Say>', "es-MX"),
    ],
)
async def test_it_is_a_note_and_nothing_else(says: str, language: str) -> None:
    found = await findings(line(says))

    assert {id_: each.severity for id_, each in found.items()} == {f"announcements:{language}": "note"}
    assert found[f"announcements:{language}"].sentence == (
        f"/voice speaks {language}: which keys that announces was not understood, so options are not judged there."
    )


@pytest.mark.parametrize(
    "says",
    [
        "<Say>For English press 1, for anything else press 2.</Say>",
        '<Say language="en-GB">For tea press 1, for coffee press 2.</Say>',
        "<Say>Acme Pizza, Main Street, Springfield.</Say><Say>Press 1 to order or 2 to complain.</Say>",
        "<Play>/begruessung-und-hauptmenue.mp3</Play>",
        "<Say>Acme.</Say>",
    ],
)
async def test_english_sounds_and_single_words_are_none(says: str) -> None:
    assert await findings(line(says)) == {}


async def test_where_the_user_says_how_keys_are_announced_they_are_judged() -> None:
    german = compiled([r"(?:drücken sie )?die (?P<keys>[0-9*#])"])
    pages = line('<Say language="de-DE">Für den Kontostand drücken Sie die 1.</Say>')

    tree = await explored(pages, Plan(habits=Habits(patterns=german)))

    assert [each.id for each in find_all(Survey(tree, Policy(patterns=german)))] == ["unannounced:/voice:2"]
