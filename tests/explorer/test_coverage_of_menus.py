"""Which menus and keys calls have reached: read from journals, merged, and shown as a table."""

import json

from simulator.explorer.coverage import Coverage
from simulator.explorer.menus import Visit, visits
from simulator.operator.journal import Entry, Item
from simulator.vocabulary import Ended, Listening, Pressed, Replied, Spoke, StoppedListening

MENU = '<Response><Gather numDigits="1"><Say>For sales press 1, for support press 2.</Say></Gather></Response>'


def reply(body: str, path: str = "/voice") -> Replied:
    return Replied(1, 200, "text/xml", body.encode(), f"https://app.example{path}?step=1")


def gather(*, digits: int | None = 1, speech: bool = False, keys: bool = True, finish: str = "#") -> Listening:
    return Listening("CA1", "Gather", keys=keys, speech=speech, num_digits=digits, finish_on_key=finish, timeout=5)


def typed(keys: str) -> list[Item]:
    return [*map(Pressed, keys), StoppedListening("CA1", "submitted")]


def journal(*items: Item, sid: str = "CA1") -> list[Entry]:
    return [Entry(0.0, sid, item) for item in items]


def seen(*items: Item) -> list[Visit]:
    return list(visits(journal(*items)))


def test_a_key_at_a_menu() -> None:
    (visit,) = seen(reply(MENU), gather(), *typed("2"))

    assert visit.taken == "2"
    assert visit.menu.path == "/voice"
    assert visit.menu.prompt == "For sales press 1, for support press 2."
    assert visit.menu.options == ("1", "2", "silence")


def test_silence_speech_codes_and_hanging_up() -> None:
    both = "<Response><Gather><Say>Your code or your name.</Say></Gather></Response>"
    listening = gather(digits=6, speech=True)
    silent = StoppedListening("CA1", "timeout")

    assert seen(reply(both), listening, silent)[0].taken == "silence"
    assert seen(reply(both), listening, Spoke("Jane"), silent)[0].taken == "speech"
    assert seen(reply(both), listening, *typed("471906"))[0].taken == "code"
    assert seen(reply(both), listening, Ended("CA1", "completed", "hangup", 3.0))[0].taken == "hang-up"
    assert seen(reply(both), listening, silent)[0].menu.options == ("code", "speech", "silence")


def test_a_row_of_keys_beside_a_code_is_an_option_of_its_own() -> None:
    body = (
        "<Response><Gather><Say>Your code, please. For a new one, press star and then pound.</Say></Gather></Response>"
    )
    (visit,) = seen(reply(body), gather(digits=None), *typed("*#"))

    assert visit.menu.options == ("*#", "code", "silence")
    assert visit.taken == "*#"


def test_a_code_is_never_told() -> None:
    coverage = Coverage()
    coverage.add(journal(reply(MENU), gather(digits=None), *typed("4719#")))

    assert "4719" not in coverage.to_json()


def test_the_key_that_finishes_is_no_choice_unless_it_is_all() -> None:
    assert seen(reply(MENU), gather(digits=None), *typed("1#"))[0].taken == "1"
    assert seen(reply(MENU), gather(digits=None), *typed("#"))[0].taken == "#"


def test_every_gather_of_a_document_is_its_own_menu_even_when_its_prompt_was_cut_off() -> None:
    two = (
        "<Response><Say>For sales press 1.</Say><Gather/><Gather><Say>Or <break/>press 2.</Say><Say>Now.</Say></Gather>"
        "</Response>"
    )
    first, second = seen(reply(two), gather(), StoppedListening("CA1", "timeout"), gather(), *typed("2"))

    assert (first.menu.options, second.menu.options) == (("1", "silence"), ("2", "silence"))


def test_a_menu_is_the_same_whatever_is_said_around_its_offers() -> None:
    again = MENU.replace("<Say>", "<Say>You owe 142.50 dollars. ")

    assert len({visit.menu for body in (MENU, again) for visit in seen(reply(body), gather(), *typed("1"))}) == 1


def test_numbers_in_words_are_left_out_when_nothing_is_offered() -> None:
    code = "<Response><Gather><Say>Order 4711: your code.</Say></Gather></Response>"

    assert seen(reply(code), gather(digits=4), *typed("1234"))[0].menu.prompt == "Order …: your code."


def test_what_is_no_document_has_no_menu() -> None:
    (visit,) = seen(reply("<Response>"), gather(), *typed("1"))

    assert visit.menu.prompt == ""


def test_calls_are_told_apart() -> None:
    entries = [
        *journal(reply(MENU), gather()),
        *journal(reply(MENU.replace("sales", "help"), "/help"), gather(), sid="CA2"),
        *journal(*typed("1")),
        *journal(*typed("2"), sid="CA2"),
    ]

    assert [(visit.menu.path, visit.taken) for visit in visits(entries)] == [("/voice", "1"), ("/help", "2")]


def test_coverage_adds_up_across_processes() -> None:
    one, other = Coverage(), Coverage()
    one.add(journal(reply(MENU), gather(), *typed("1")))
    other.add(journal(reply(MENU), gather(), *typed("1"), reply(MENU), gather()))
    one.merge(json.loads(other.to_json()))

    assert one.summary() == "1 of 3 options of 1 menu taken (33 %)"
    assert one.to_data()["menus"][0]["taken"] == {"1": 2}


def test_the_table() -> None:
    coverage = Coverage()
    coverage.add(journal(reply(MENU), gather(), *typed("1")))
    coverage.add(journal(reply(MENU), gather(), *typed("7")))
    coverage.add(journal(reply(MENU), gather(), StoppedListening("CA1", "timeout")))

    assert list(coverage.table()) == [
        "menu                                                  1  2  3  4  5  6  7  8  9  0  *  #  others; never taken",
        "/voice  For sales press 1, for support press 2.       1  ·              1                 silence 1; never: 2",
    ]


def test_nothing_reached_is_nothing_covered() -> None:
    assert Coverage().percent == 0.0
    assert Coverage().summary() == "0 of 0 options of 0 menus taken (0 %)"
