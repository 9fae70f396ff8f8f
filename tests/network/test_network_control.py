"""The network over HTTP: people's phones in JSON, and Twilio's REST API, whose calls really ring."""

from pathlib import Path

import pytest

from simulator.callers.script.people import Person
from simulator.callers.script.reading import read_people
from simulator.callers.script.source import ScriptError
from tests.network.conftest import AGENT, JANE, OURS, Door
from tests.network.lines import Line


async def test_somebody_dials_presses_and_hears(door: Door) -> None:
    call = await door.ask("POST", "calls", 201, **{"from": JANE, "to": OURS})
    heard = await door.ask("GET", f"calls/{call['sid']}/hear?words=press%20one")
    pressed = await door.ask("POST", f"calls/{call['sid']}/press", keys="1")
    await door.ask("GET", f"calls/{call['sid']}/hear?words=thank%20you&within=5")
    over = await door.ask("POST", "clock", advance=5)

    assert heard["heard"] == 0
    assert pressed["status"] == "in-progress"
    assert over["time"] > 0
    after = await door.ask("GET", f"calls/{call['sid']}")
    assert after["ended"]["ending"] == "completed"
    assert after["heard"] == ["Press one, or two.", "Thank you."]
    assert [path for path, _ in door.line.asked] == ["/voice", "/pressed"]
    assert door.line.asked[1][1]["Digits"] == "1"


async def test_what_never_comes_is_one_sentence(door: Door) -> None:
    call = await door.ask("POST", "calls", 201, **{"from": JANE, "to": OURS})
    refused = await door.ask("GET", f"calls/{call['sid']}/hear?words=welcome&within=3", 409)
    assert refused == {"error": "the call never said so within the time given"}

    await door.ask("POST", f"calls/{call['sid']}/hang_up")
    refused = await door.ask("POST", f"calls/{call['sid']}/press", 409, keys="1")
    assert refused == {"error": "the call is over: hangup"}


@pytest.mark.parametrize(
    ("method", "path", "order", "status"),
    [
        ("POST", "calls", {"from": JANE}, 400),
        ("POST", "calls", {"from": JANE, "to": "+12075559999"}, 400),
        ("POST", "calls", {"from": JANE, "to": OURS, "sid": "CA1"}, 400),
        ("POST", "calls", {"from": JANE, "to": OURS, "caller_id": {"stir": 7}}, 400),
        ("POST", "clock", {"advance": -1}, 400),
        ("POST", "clock", {"advance": "soon"}, 400),
        ("GET", f"calls/CA{'0' * 32}", {}, 404),
        ("POST", f"calls/CA{'0' * 32}/press", {"keys": "1"}, 404),
    ],
)
async def test_wrong_orders_are_refused_in_a_sentence(
    door: Door, method: str, path: str, order: dict[str, object], status: int
) -> None:
    refused = await door.ask(method, path, status, **order)

    assert refused.keys() == {"error"}
    assert "\n" not in refused["error"]


async def test_a_call_placed_by_rest_rings_and_is_answered(door: Door) -> None:
    created = await door.rest("POST", "Calls.json", 201, To=JANE, From=OURS, Url=f"{door.base}/voice")
    ringing = await door.ask("GET", f"calls?person=%2B{JANE[1:]}&live=true")
    assert [(call["sid"], call["status"]) for call in ringing] == [(created["sid"], "ringing")]
    assert door.line.asked == []

    await door.ask("POST", f"calls/{created['sid']}/answer")
    await door.ask("GET", f"calls/{created['sid']}/hear?words=press%20one")
    there = await door.rest("GET", f"Calls/{created['sid']}.json")
    assert (there["status"], there["direction"]) == ("in-progress", "outbound-api")

    ended = await door.rest("POST", f"Calls/{created['sid']}.json", Status="completed")
    assert ended["status"] == "completed"
    assert (await door.ask("GET", f"calls/{created['sid']}"))["ended"]["ending"] == "updated"


async def test_the_journal_is_followed_from_any_place_and_for_one_phone(door: Door) -> None:
    first = await door.ask("POST", "calls", 201, **{"from": JANE, "to": OURS})
    await door.ask("POST", "calls", 201, **{"from": AGENT, "to": OURS})
    whole = await door.ask("GET", "journal")
    mine = await door.ask("GET", f"journal?person=%2B{JANE[1:]}")
    rest = await door.ask("GET", f"journal?after={whole['next']}&wait=0.01")

    assert {row["sid"] for row in mine["entries"]} == {first["sid"]}
    assert len({row["sid"] for row in whole["entries"]}) == 2
    assert rest["entries"] == []
    assert whole["next"] == len(whole["entries"])


PEOPLE = f"""
- number: "{JANE}"
  answer: 3
  steps:
    - hear: press one
    - press: 2
    - hear: thank you
- {{number: "{AGENT}", answer: busy}}
- {{number: "+12075550101", answer: machine}}
- {{number: "+12075550102", answer: no-answer}}
"""


class TestPeople:
    """Who answers by themselves."""

    @pytest.fixture
    def people(self, tmp_path: Path) -> tuple[Person, ...]:
        (tmp_path / "people.yaml").write_text(PEOPLE)
        return read_people(tmp_path / "people.yaml")

    @pytest.fixture
    def line(self) -> Line:
        return Line(machine="<Response><Pause length='2'/></Response>")

    async def test_each_answers_as_their_row_says(self, door: Door) -> None:
        sids = {}
        for number in (JANE, AGENT, "+12075550101", "+12075550102"):
            url = f"{door.base}/{'voice' if number == JANE else 'machine'}"
            form = {"To": number, "From": OURS, "Url": url, "Timeout": "30"}
            sids[number] = (await door.rest("POST", "Calls.json", 201, **form))["sid"]
        await door.ask("POST", "clock", advance=60)

        calls = {number: await door.rest("GET", f"Calls/{sid}.json") for number, sid in sids.items()}
        assert [each["status"] for each in calls.values()] == ["completed", "busy", "completed", "no-answer"]
        jane = await door.ask("GET", f"calls/{sids[JANE]}")
        assert jane["heard"] == ["Press one, or two.", "Thank you."]
        assert ("/pressed", "2") in [(path, params.get("Digits")) for path, params in door.line.asked]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("[]", None),
            ("number: 1", "a file of people is a list of rows with number, answer and steps"),
            ("- {answer: 3}", "a person has a number"),
            (f'- {{number: "{JANE}", answer: soon}}', "answer is a number of seconds"),
            (f'- {{number: "{JANE}", answer: busy, steps: [{{wait: 1}}]}}', "whoever is 'busy' never answers"),
            (f'- {{number: "{JANE}"}}\n- {{number: "{JANE}"}}', "a number is there twice"),
        ],
    )
    def test_files_of_people_are_checked(self, tmp_path: Path, text: str, sentence: str | None) -> None:
        (tmp_path / "people.yaml").write_text(text)
        if sentence is None:
            assert read_people(tmp_path / "people.yaml") == ()
            return
        with pytest.raises(ScriptError, match=sentence):
            read_people(tmp_path / "people.yaml")
