"""Laws of the exchange, for any caller and any application (Hypothesis): determinism, time, silence after the end."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.exchange.exchange import Exchange
from simulator.exchange.numbers import Number, Policy
from simulator.operator.journal import Journal
from simulator.operator.masking import DOT, Mask
from simulator.vocabulary import (
    Ask,
    Effect,
    Ended,
    Event,
    Fetched,
    HungUp,
    Pressed,
    Replied,
    Spoke,
    Talked,
    Unreachable,
)
from tests.simulator.feeding import CALLED, CALLER, URL

WORDS = st.text("abc <>&'\"é.,1", max_size=12)
URLS = st.sampled_from(["", "/next", "http://other.example/x", "::", "http://", "?a=1", "#rc=1"])
NAMES = st.sampled_from(
    [
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Redirect",
        "Enqueue",
        "Leave",
        "Connect",
        "Start",
        "Stop",
        "Stream",
        "Conference",
        "Queue",
        "Hangup",
        "Reject",
        "Dial",
        "Record",
        "Echo",
        "Sms",
        "Refer",
        "Pay",
        "Shout",
        "say",
        "break",
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["loop", "voice", "timeout", "numDigits", "finishOnKey", "action", "length", "method", "reason",
                     "input", "actionOnEmptyResult", "digits", "nonsense", "maxLength", "playBeep", "transcribe",
                     "transcribeCallback", "recordingStatusCallback", "statusCallback", "partialResultCallback",
                     "waitUrl", "url", "name", "track"]),
    st.sampled_from(["", "0", "1", "2", "-1", "#", "*", "GET", "true", "busy", "dtmf speech", "auto", "x"]),
    max_size=3,
)  # fmt: skip


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def element(name: str, attributes: dict[str, str], text: str, children: list[str]) -> str:
    given = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{escaped(text)}{''.join(children)}</{name}>"


def elements(depth: int) -> st.SearchStrategy[str]:
    children = st.lists(elements(depth - 1), max_size=2) if depth else st.just([])
    return st.builds(element, NAMES, ATTRIBUTES, WORDS | URLS, children)


TWIML = st.lists(elements(3), max_size=4).map(lambda verbs: f"<Response>{''.join(verbs)}</Response>".encode())
BODIES = st.one_of(TWIML, st.binary(max_size=60), st.just(b'<!DOCTYPE a [<!ENTITY b "c">]><Response>&b;</Response>'))
KINDS = st.sampled_from(["text/xml", "text/xml", "text/xml", "text/plain", "audio/mpeg", "application/json", None, ""])

ACTIONS = st.one_of(
    st.tuples(st.just("press"), st.sampled_from("0123456789*#")),
    st.tuples(st.just("speak"), WORDS),
    st.tuples(st.just("talk"), st.floats(0, 30, allow_nan=False)),
    st.tuples(st.just("wait"), st.floats(0, 30, allow_nan=False)),
    st.tuples(st.just("reply"), st.tuples(BODIES, KINDS, st.sampled_from([200, 200, 200, 204, 404, 500]))),
    st.tuples(st.just("sound"), st.sampled_from([200, 404, None])),
    st.tuples(st.just("lost"), st.sampled_from([11200, 11205, 11210])),
    st.tuples(st.just("hang up"), st.none()),
)
SCENARIOS = st.lists(ACTIONS, max_size=25)


def event_for(action: tuple[str, Any], asked: Ask) -> Event | None:
    match action:
        case "press", key:
            return Pressed(key)
        case "speak", words:
            return Spoke(words)
        case "talk", seconds:
            return Talked(seconds)
        case "reply", (body, kind, status):
            return Replied(asked.request, status, kind, body, asked.url)
        case "sound", status:
            return Fetched(asked.request, asked.url, status, "audio/mpeg", 1.0)
        case "lost", code:
            return Unreachable(asked.request, code, "lost")
        case "hang up", _:
            return HungUp()
        case _:
            return None


def run(
    scenario: list[tuple[str, Any]], seed: int = 0, policy: Policy | None = None
) -> tuple[Journal, list[tuple[float, Event]]]:
    """Play a scenario; returns the journal and the events with their times."""
    exchange = Exchange(seed=seed, policy=policy)
    exchange.own(
        Number(CALLED, URL, fallback_url="http://app.example/fallback", status_callback="http://app.example/s")
    )
    journal, now, events = Journal(), 0.0, []
    sid, effects = exchange.place(caller=CALLER, called=CALLED, now=now)
    asks = [effect for effect in effects if isinstance(effect, Ask)]
    note(journal, exchange, effects)
    for action in scenario:
        event = event_for(action, asks[-1])
        if event is None:
            now += action[1]
            while (due := exchange.timer) is not None and due <= now:
                note(journal, exchange, exchange.advance(due))
            effects = exchange.advance(now)
        else:
            events.append((now, event))
            journal.add(now, sid, event)
            effects = exchange.receive(sid, event, now)
        asks += [effect for effect in effects if isinstance(effect, Ask)]
        note(journal, exchange, effects)
    return journal, events


def note(journal: Journal, exchange: Exchange, effects: list[Effect]) -> None:
    for effect in effects:
        journal.add(exchange.now, effect.sid, effect)


@given(scenario=SCENARIOS, seed=st.integers(0, 3))
def test_same_input_and_same_seed_give_the_same_journal_to_the_byte(scenario: list[tuple[str, Any]], seed: int) -> None:
    assert list(run(scenario, seed)[0].lines()) == list(run(scenario, seed)[0].lines())


@given(scenario=SCENARIOS)
def test_time_never_runs_backwards_in_a_journal(scenario: list[tuple[str, Any]]) -> None:
    times = [entry.at for entry in run(scenario)[0].entries]

    assert times == sorted(times)


@given(scenario=SCENARIOS)
def test_after_the_end_nothing_but_the_status_callback_is_emitted(scenario: list[tuple[str, Any]]) -> None:
    effects = [entry.item for entry in run(scenario)[0].entries if not isinstance(entry.item, Event)]

    endings = [position for position, effect in enumerate(effects) if isinstance(effect, Ended)]
    assert len(endings) <= 1
    if endings:
        assert [type(effect).__name__ for effect in effects[endings[0] + 1 :]] == ["Tell"]


@given(scenario=SCENARIOS)
def test_a_call_that_is_not_over_waits_for_somebody(scenario: list[tuple[str, Any]]) -> None:
    """Nothing hangs: a live call has a deadline or a request out, or waits for people, as in a queue."""
    exchange = Exchange()
    exchange.own(Number(CALLED, URL))
    now = 0.0
    sid, effects = exchange.place(caller=CALLER, called=CALLED, now=now)
    asks = [effect for effect in effects if isinstance(effect, Ask)]
    for action in scenario:
        event = event_for(action, asks[-1])
        now += action[1] if event is None else 0
        effects = exchange.advance(now) if event is None else exchange.receive(sid, event, now)
        asks += [effect for effect in effects if isinstance(effect, Ask)]
        call = exchange.call(sid)
        assert call is None or call.awaits_application or call.awaits_caller or exchange.next_wait is not None


@settings(max_examples=50)
@given(scenario=SCENARIOS)
def test_no_call_outlasts_the_longest_one(scenario: list[tuple[str, Any]]) -> None:
    journal, _ = run([*scenario, ("wait", 120)], policy=Policy(longest_call=60))  # an answer starts the count again

    (rang, *_) = journal.entries
    assert any(isinstance(entry.item, Ended) and entry.sid == rang.sid for entry in journal.entries)


@settings(max_examples=50)
@given(scenario=SCENARIOS)
def test_hanging_up_ends_any_call_at_once(scenario: list[tuple[str, Any]]) -> None:
    journal, _ = run([*scenario, ("hang up", None)])

    assert any(isinstance(entry.item, Ended) for entry in journal.entries)


@given(pin=st.text("0123456789", min_size=4, max_size=8))
def test_what_was_typed_into_a_long_entry_leaves_masked(pin: str) -> None:
    twiml = b'<Response><Gather action="/check"/></Response>'
    keys: list[tuple[str, Any]] = [("press", key) for key in pin + "#"]
    said = f"<Response><Say>You typed {pin}, that is {' '.join(pin)}.</Say></Response>".encode()
    journal, _ = run([("reply", (twiml, "text/xml", 200)), *keys, ("reply", (said, "text/xml", 200)), ("wait", 60.0)])

    clear, masked = "\n".join(journal.lines()), list(journal.lines(Mask()))
    relevant = "\n".join(line for line in masked if '"Rang"' not in line and '"Ended"' not in line)
    assert pin in clear
    for text in (f'"Digits":"{pin}"', f"typed {pin}", " ".join(pin), *(f'"key":"{key}"' for key in pin)):
        assert text not in relevant
    assert DOT * len(pin) in relevant
