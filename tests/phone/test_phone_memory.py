"""What the phone remembers of calls and requests, fed entry by entry: nothing more than a screen can use."""

from simulator.operator.journal import Entry
from simulator.phone.model.calls import MOST as MOST_CALLS
from simulator.phone.model.calls import Calls
from simulator.timeline.conversation import MOST as MOST_ITEMS
from simulator.timeline.conversation import Conversation, Note, Typed
from simulator.timeline.traffic import MOST as MOST_REQUESTS
from simulator.timeline.traffic import Traffic
from simulator.vocabulary import (
    Ask,
    Effect,
    Ended,
    Event,
    Fetched,
    Heard,
    Ignored,
    Listening,
    Pressed,
    Prompt,
    Rang,
    Replied,
    Speaking,
    StoppedListening,
    Tell,
    Told,
    Trip,
    Unreachable,
    Warned,
)

SAY = Prompt("Say", 2.0, text="hello there")
URL = "https://a.example"


def feed(model: Conversation, *items: Event | Effect) -> Conversation:
    """Let these happen one second after the other."""
    for second, item in enumerate(items):
        model.take(Entry(float(second), "CA1", item))
    return model


def listening(num_digits: int | None) -> Listening:
    return Listening("CA1", "Gather", keys=True, speech=False, num_digits=num_digits, finish_on_key="#", timeout=5.0)


def trip(path: str, status: int | None = 200, error: str | None = None) -> Trip:
    return Trip("POST", URL + path, {}, (), status, (), 0.1, error)


def ask(number: int, path: str = "/voice") -> Ask:
    return Ask("CA1", number, "POST", URL + path, {})


def traffic(*items: Event | Effect | Told) -> Traffic:
    """Traffic of a call to which these happened."""
    model = Traffic()
    for second, item in enumerate(items):
        model.take(Entry(100.0 + second, "CA1", item), 100.0)
    return model


def test_keys_of_one_entry_stand_together_and_those_of_the_next_apart() -> None:
    talk = feed(
        Conversation(), listening(None), Pressed("1"), Pressed("2"), StoppedListening("CA1", "submitted"), listening(1),
        Pressed("3"),
    )  # fmt: skip

    assert [(item.keys, item.is_long) for item in talk.items if isinstance(item, Typed)] == [("12", True), ("3", False)]


def test_a_key_that_cuts_a_prompt_off_comes_after_it() -> None:
    talk = feed(
        Conversation(),
        listening(1),
        Speaking("CA1", SAY),
        Pressed("1"),
        Heard("CA1", SAY, 1.0, 1.0, "hello", is_cut=True),
    )

    assert [type(item).__name__ for item in talk.items] == ["Utterance", "Typed"]
    assert talk.running is None


def test_keys_nobody_waits_for_stay_apart_from_those_that_count() -> None:
    talk = feed(
        Conversation(), listening(1), Pressed("1"), StoppedListening("CA1", "submitted"), Pressed("2"),
        Ignored("CA1", "key 2"), Pressed("3"), Ignored("CA1", "key 3"),
    )  # fmt: skip

    assert [(item.keys, item.is_ignored) for item in talk.items if isinstance(item, Typed)] == [
        ("1", False),
        ("23", True),
    ]


def test_a_long_conversation_loses_its_beginning_only() -> None:
    talk = feed(Conversation(), *(Warned("CA1", 12200, "warning", str(n)) for n in range(MOST_ITEMS + 5)))

    assert len(talk.items) == MOST_ITEMS
    assert talk.dropped == 5
    assert isinstance(talk.items[-1], Note)
    assert talk.items[-1].text == f"12200 {MOST_ITEMS + 4}"


def test_old_calls_are_forgotten_but_none_that_is_up() -> None:
    calls = Calls()
    for number in range(MOST_CALLS + 10):
        sid = f"CA{number}"
        calls.take(Entry(float(number), sid, Rang(sid, "+1", "+2")))
        if number:
            calls.take(Entry(float(number), sid, Ended(sid, "completed", "completed", 1.0)))

    assert len(calls.by_sid) == MOST_CALLS
    assert "CA0" in calls.by_sid
    assert "CA1" not in calls.by_sid


def test_a_redirect_is_a_request_of_its_own_and_the_answer_belongs_to_the_last() -> None:
    answered = Replied(1, 200, "text/xml", b"<Response/>", URL, 0.2, trips=(trip("/voice", 302), trip("/moved")))

    first, second = traffic(ask(1), answered).requests.values()

    assert (first.kind, first.status, first.body) == ("document", 302, None)
    assert (second.kind, second.status, second.body) == ("redirect", 200, b"<Response/>")


def test_a_finding_belongs_to_the_document_that_was_answered_last() -> None:
    warned = Warned("CA1", 12200, "warning", "a misspelling", line=3)
    sound = Ask("CA1", 2, "GET", f"{URL}/a.mp3", {}, "media")
    answers = (
        Replied(1, 200, "text/xml", b"<Response/>", URL, trips=(trip("/voice"),)),
        sound,
        Fetched(2, f"{URL}/a.mp3", 200, "audio/mpeg", 3.0, trips=(trip("/a.mp3"),)),
        warned,
    )

    document, media = traffic(ask(1), *answers).requests.values()

    assert document.findings == (warned,)
    assert document.worst == "warning"
    assert media.findings == ()


def test_an_application_that_cannot_be_reached_has_a_reason() -> None:
    lost = Unreachable(1, 11202, "connection refused", 0.3, trips=(trip("/voice", None, "connection refused"),))

    (request,) = traffic(ask(1), lost).requests.values()

    assert (request.outcome, request.reason, request.latency) == ("lost", "connection refused", 0.3)


def test_a_sound_of_a_host_that_is_not_contacted_is_no_failure() -> None:
    sound = Ask("CA1", 1, "GET", "https://elsewhere.example/a.mp3", {}, "media")

    (request,) = traffic(sound, Fetched(1, sound.url, None, None, None)).requests.values()

    assert request.outcome == "skipped"


def test_status_callbacks_are_out_until_they_are_delivered() -> None:
    tell = Tell("CA1", "POST", f"{URL}/over", {})
    assert traffic(tell).has_callbacks_out

    model = traffic(tell, Told(f"{URL}/over", (trip("/over", 204),)))

    assert not model.has_callbacks_out
    assert model.newest is not None
    assert model.newest.status == 204


def test_old_requests_are_forgotten() -> None:
    model = traffic(*(ask(number) for number in range(MOST_REQUESTS + 10)))

    assert len(model.requests) == MOST_REQUESTS
    assert model.newest is not None
    assert model.newest.number == MOST_REQUESTS + 10


def test_of_a_forgotten_call_nothing_is_remembered_to_judge_it_by() -> None:
    warned = Warned("CA1", 12200, "warning", "a misspelling", line=3)
    model = traffic(ask(1), Replied(1, 200, "text/xml", b"<Response/>", URL, trips=(trip("/voice"),)))
    model.forget(["CA1", "CA2"])
    model.take(Entry(110.0, "CA1", warned), 100.0)

    assert [request.findings for request in model.requests.values()] == [()]
