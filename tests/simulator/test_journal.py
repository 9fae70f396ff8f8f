"""The journal: JSON lines that can be read again, replay to the same call, and what is masked on the way out."""

import json
import weakref

import pytest

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number
from simulator.operator.journal import Entry, Journal
from simulator.operator.masking import DOT, Mask
from simulator.vocabulary import Bridged, Event, HungUp, Rang
from tests.simulator.feeding import CALLED, URL
from tests.simulator.test_laws import run

PIN_CALL = [
    ("reply", (b'<Response><Gather action="/pin"/></Response>', "text/xml", 200)),
    *(("press", key) for key in "4711#"),
    ("reply", (b'<Response><Gather numDigits="1" action="/menu"/></Response>', "text/xml", 200)),
    ("press", "2"),
    ("press", "9"),
    ("reply", (b"\xff\xfe not text", "audio/mpeg", 200)),
    ("wait", 9.0),
]


def test_every_line_is_json_with_time_call_and_kind() -> None:
    journal, _ = run(PIN_CALL)

    lines = [json.loads(line) for line in journal.lines()]
    assert [line["what"] for line in lines][:3] == ["Rang", "Ask", "Replied"]
    assert all({"at", "sid", "what"} <= set(line) for line in lines)
    assert {"base64": "//4gbm90IHRleHQ="} in [line.get("body") for line in lines]


def test_feeding_the_events_of_a_journal_gives_the_same_journal() -> None:
    recorded, _ = run(PIN_CALL)
    exchange, replayed = Exchange(), Journal()
    exchange.own(
        Number(CALLED, URL, fallback_url="http://app.example/fallback", status_callback="http://app.example/s")
    )
    rang = recorded.entries[0].item
    assert isinstance(rang, Rang)

    sid, effects = exchange.place(caller=rang.caller, called=rang.called, now=recorded.entries[0].at)
    for effect in effects:
        replayed.add(exchange.now, sid, effect)
    for entry in recorded.entries:
        while (due := exchange.timer) is not None and due <= entry.at:
            for effect in exchange.advance(due):
                replayed.add(due, sid, effect)
        if isinstance(entry.item, Event):
            replayed.add(entry.at, sid, entry.item)
            for effect in exchange.receive(sid, entry.item, entry.at):
                replayed.add(entry.at, sid, effect)

    assert list(replayed.lines()) == list(recorded.lines())


def test_a_code_is_masked_key_by_key_and_a_menu_choice_is_not() -> None:
    journal, _ = run(PIN_CALL)

    lines = [json.loads(line) for line in journal.lines(Mask())]
    assert [line["key"] for line in lines if line["what"] == "Pressed"] == [DOT] * 4 + ["#", "2", "9"]
    assert [line["params"]["Digits"] for line in lines if "Digits" in line.get("params", {})] == [DOT * 4, "2"]
    assert [line["input"] for line in lines if line["what"] == "Ignored"] == [f"key {DOT}"]


def test_a_secret_given_by_value_is_masked_wherever_it_stands() -> None:
    mask = Mask(["123456"])

    assert mask.text("Your code is 123456.") == f"Your code is {DOT * 6}."
    assert "1" not in mask.text("It is 1, 2, 3, 4, 5, 6")
    assert mask.text("Your balance is 142 dollars") == "Your balance is 142 dollars"


def test_headers_and_tokens_that_open_doors_are_masked() -> None:
    mask = Mask()

    assert "secret" not in mask.header("Authorization", "Basic secret")
    assert "secret" not in mask.header("set-cookie", "session=secret")
    assert mask.header("Content-Type", "text/xml") == "text/xml"
    assert mask.params({"CallToken": "secret", "From": "+1"}) == {"CallToken": DOT * 6, "From": "+1"}


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://app.example/v?CallToken=a%7Bb&From=%2B1", f"http://app.example/v?CallToken={DOT * 6}&From=%2B1"),
        ("/v?Digits=471906&x=1", f"/v?Digits={DOT * 6}&x=1"),
        ("/v?Digits=1", "/v?Digits=1"),
        ('<Redirect>/v?a=b&amp;StirPassportToken=x.y"', f'<Redirect>/v?a=b&amp;StirPassportToken={DOT * 6}"'),
        (
            "http://u:word@app.example/?PaymentToken=x: refused",
            f"http://u:{DOT * 6}@app.example/?PaymentToken={DOT * 6}",
        ),
        ("to be or not to be? that = the question", "to be or not to be? that = the question"),
    ],
)
def test_urls_in_any_text_have_their_secrets_masked_as_parameters_have(url: str, masked: str) -> None:
    assert Mask().text(f"no connection to {url} twice").startswith(f"no connection to {masked}")


def test_what_was_typed_is_masked_in_urls_and_everywhere_after() -> None:
    mask = Mask()
    mask.text("GET /v?Digits=471906 -> 200")

    assert mask.text("/next?code=471906&page=2") == f"/next?code={DOT * 6}&page=2"


def test_listeners_hear_of_every_entry_as_it_comes() -> None:
    journal, heard = Journal(), []
    journal.listen(lambda entry: heard.append(entry.item))

    journal.add(1.0, "CA1", Rang("CA1", "+1", "+2"))

    assert heard == [Rang("CA1", "+1", "+2")]


def test_who_listens_to_one_call_hears_of_that_call_only_and_of_its_joining_by_another() -> None:
    journal, heard = Journal(), list[object]()
    journal.listen(lambda entry: heard.append(entry.item), "CA1")

    journal.add(1.0, "CA1", HungUp())
    journal.add(1.0, "CA2", HungUp())
    journal.add(1.0, "CA2", Bridged("CA2", "CA1"))

    assert heard == [HungUp(), Bridged("CA2", "CA1")]


def test_who_has_stopped_listening_hears_nothing_more_also_while_an_entry_is_told() -> None:
    journal, heard = Journal(), list[str]()

    def hear_once(_: Entry) -> None:
        heard.append("once")
        stop()

    stop = journal.listen(hear_once, "CA1")
    journal.listen(lambda _: heard.append("always"), "CA1")

    journal.add(1.0, "CA1", HungUp())
    journal.add(1.0, "CA1", HungUp())
    stop()

    assert heard == ["once", "always", "always"]


def test_whoever_listened_to_a_forgotten_call_is_forgotten_with_it() -> None:
    """A recording of each call would stay in memory for as long as the network is open."""
    journal, to_one, to_other = Journal(), Heard(), Heard()
    unlisten = journal.listen(to_one.take, "CA1")
    journal.listen(to_other.take, "CA2")
    kept = weakref.ref(to_one)

    journal.forget(["CA1"])
    unlisten()
    del to_one, unlisten
    journal.add(1.0, "CA1", HungUp())
    journal.add(2.0, "CA2", HungUp())

    assert kept() is None
    assert [entry.sid for entry in to_other.entries] == ["CA2"]


class Heard:
    """Somebody who remembers what they were told."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def take(self, entry: Entry) -> None:
        self.entries.append(entry)
