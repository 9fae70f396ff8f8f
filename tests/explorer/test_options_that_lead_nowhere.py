"""Announced keys that do what wrong keys do: an error only where the line itself calls them wrong."""

import pytest

from simulator.explorer.findings.finding import Finding
from tests.callers.line import Page, Pages
from tests.explorer.usual_lines import GOODBYE, asking, branches, findings

MEANT_SO: dict[str, Pages] = {
    "star for the menu": {
        "/voice": asking("Press 1 for directions. Press 2 for the planets."),
        "/menu": branches(
            {
                "1": "<Say>Take the first star to the right.</Say><Hangup/>",
                "2": asking("To call Brodo press 2. To go back to the main menu press the star key.", "/planets"),
            },
            "<Say>Returning to the main menu.</Say><Redirect>/voice</Redirect>",
        ),
        "/planets": branches(
            {"2": "<Say>Brodo is not at home.</Say><Hangup/>"},
            "<Say>Returning to the main menu.</Say><Redirect>/voice</Redirect>",
        ),
    },
    "press 2 if not": {
        "/voice": asking("We have you down for Monday. Press 1 if this is right, press 2 if not."),
        "/menu": branches(
            {"1": "<Say>See you on Monday.</Say><Hangup/>"},
            "<Say>That was not a valid day, then. Once more.</Say><Redirect>/voice</Redirect>",
        ),
    },
    "any other key": {
        "/voice": asking("Press 1 to take the call, or 2 or any other key to decline."),
        "/menu": branches({"1": "<Say>Here it is.</Say><Hangup/>"}, "<Say>Well.</Say><Redirect>/voice</Redirect>"),
    },
    "any key": {
        "/voice": asking("Press any key to accept."),
        "/menu": "<Say>Accepted.</Say><Redirect>/voice</Redirect>",
    },
    "hear it again": {
        "/voice": asking("The shop opens at nine. To hear this again, press 1; to leave a message, press 2."),
        "/menu": branches({"2": "<Say>Please call later.</Say><Hangup/>"}, "<Redirect>/voice</Redirect>"),
    },
    "a scale": {
        "/voice": asking("How do you like us? Press a number from 1 to 5."),
        "/menu": branches(
            {key: f"<Say>You gave us {key}. Thank you.</Say><Hangup/>" for key in "12345"},
            "<Say>From one to five, please.</Say><Redirect>/voice</Redirect>",
        ),
    },
}


async def option_findings(pages: Pages) -> dict[str, Finding]:
    found = await findings(pages)
    return {id_: each for id_, each in found.items() if each.rule in ("option-nowhere", "unannounced")}


@pytest.mark.parametrize("name", MEANT_SO)
async def test_an_option_that_explains_why_it_leads_where_wrong_keys_lead_is_no_finding(name: str) -> None:
    assert await option_findings(MEANT_SO[name]) == {}


def three_options(otherwise: Page) -> Pages:
    """Of which the line has forgotten the last."""
    known: dict[str, Page] = {"1": "<Say>Sales.</Say><Hangup/>", "2": "<Say>Support.</Say><Hangup/>"}
    return {
        "/voice": asking("For sales press 1. For support press 2. For billing press 3."),
        "/menu": branches(known, otherwise),
    }


@pytest.mark.parametrize(
    "words",
    [
        "Sorry, that is not a valid option.",
        "Invalid entry.",
        "You pressed a wrong key.",
        "I didn't understand that.",
        "There is no such choice.",
        "That isn’t one of the options.",
    ],
)
@pytest.mark.parametrize("after", ["<Redirect>/voice</Redirect>", "<Hangup/>"])
async def test_an_option_that_the_line_itself_calls_wrong_is_an_error(words: str, after: str) -> None:
    (finding,) = (await option_findings(three_options(f"<Say>{words}</Say>{after}"))).values()

    assert (finding.id, finding.severity) == ("option-nowhere:/voice:3", "error")
    assert finding.sentence == (
        f"/voice announces 3 (“For billing”) and answers it like a wrong key: “{words.rstrip('.')}”."
    )


async def test_an_option_that_may_have_been_forgotten_is_a_note() -> None:
    (finding,) = (await option_findings(three_options("<Redirect>/voice</Redirect>"))).values()

    assert finding.severity == "note"
    assert finding.sentence == "At /voice, to press 3 leads where every unannounced key leads."


async def test_a_menu_that_takes_any_key_is_one_note() -> None:
    found = await option_findings(
        {"/voice": asking("Press a number from 1 to 5."), "/menu": "<Say>Thanks.</Say><Redirect>/voice</Redirect>"}
    )

    assert [each.severity for each in found.values()] == ["note"]
    assert found["option-nowhere:/voice:like-others"].sentence == (
        "At /voice, to press 1–5 leads where every unannounced key leads."
    )


async def test_an_option_that_nobody_listens_for_is_one_finding_a_document() -> None:
    found = await option_findings({"/voice": f"<Say>Press 1 for sales or 2 for support.</Say>{GOODBYE}"})

    assert list(found) == ["option-nowhere:/voice:unheard:1,2"]
