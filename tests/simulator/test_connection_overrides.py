"""Connection overrides in the fragment of a URL: limits, retries, bad values. Statements T09, T23, T24.

Source: Twilio docs, webhooks: connection overrides.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.exchange.numbers import Number
from simulator.overrides import STANDARD, OverrideError, read_overrides
from simulator.wires.wire import Limits, WireError, WireReply, WireRequest
from tests.simulator.feeding import CALLED
from tests.simulator.remembering import Recorder, codes_of_a_call, phone_on, status, twiml

URL = "http://app.example/voice"
NO_CONNECTION = WireError(11201, "no connection", 5.0, stage="ct")
REFUSED = WireError(11202, "refused", 0.0, stage="ct")
SILENCE = WireError(11205, "silent", 1.0, stage="rt")
CLOSED = WireError(11205, "closed early", 0.0)


@pytest.mark.parametrize("failure", [NO_CONNECTION, REFUSED])
async def test_T24_a_connection_that_fails_is_tried_once_more_by_default(failure: WireError) -> None:
    wire = Recorder(voice=[failure, twiml("<Say>hello</Say>")])

    assert await codes_of_a_call(wire, URL) == []
    assert len(wire.requests) == 2


async def test_T24_no_more_than_once() -> None:
    wire = Recorder(voice=REFUSED)

    assert await codes_of_a_call(wire, URL) == [11202]
    assert len(wire.requests) == 2


@pytest.mark.parametrize("answer", [SILENCE, CLOSED, status(500), status(404)])
async def test_T23_T24_nothing_else_is_tried_again_by_default(answer: WireReply | WireError) -> None:
    wire = Recorder(voice=answer)

    await codes_of_a_call(wire, URL)

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("fragment", "answer", "tries"),
    [
        ("rc=3&rp=5xx", status(503), 4),
        ("rc=3&rp=5xx", status(404), 1),
        ("rc=2&rp=4xx", status(404), 3),
        ("rc=2&rp=4xx,5xx", status(500), 3),
        ("rc=2&rp=rt", SILENCE, 3),
        ("rc=2&rp=rt", REFUSED, 1),
        ("rc=2", REFUSED, 3),
        ("rc=0", REFUSED, 1),
        ("rc=5&rp=all", status(500), 6),
        ("rc=5&rp=all", CLOSED, 1),
        ("rp=all", status(500), 2),
    ],
)
async def test_T24_retries_follow_count_and_policy(fragment: str, answer: WireReply | WireError, tries: int) -> None:
    wire = Recorder(voice=answer)

    await codes_of_a_call(wire, f"{URL}#{fragment}")

    assert len(wire.requests) == tries


async def test_all_tries_of_a_request_have_one_idempotency_token_and_the_next_request_another() -> None:
    wire = Recorder(voice=[status(500), status(500), twiml("<Redirect>/next</Redirect>")], next=twiml(""))

    await codes_of_a_call(wire, f"{URL}#rc=2&rp=5xx")

    first, second, third, other = wire.all("I-Twilio-Idempotency-Token")
    assert first == second == third != other


async def test_T09_overrides_are_neither_sent_nor_signed() -> None:
    plain, overridden = Recorder(voice=twiml("")), Recorder(voice=twiml(""))

    await codes_of_a_call(plain, URL)
    await codes_of_a_call(overridden, f"{URL}#rc=2&tt=12000")

    assert overridden.requests[0].url == URL
    assert overridden.headers()["X-Twilio-Signature"] == plain.headers()["X-Twilio-Signature"]


async def test_overrides_hold_for_every_url_of_a_document() -> None:
    sound = WireReply(200, [("Content-Type", "audio/mpeg")], b"", 0.0)
    wire = Recorder(
        voice=twiml('<Play>/sound#rc=0</Play><Gather numDigits="1" action="/menu#rc=4"/>'),
        sound=[sound],
        menu=REFUSED,
        callback=REFUSED,
    )
    number = Number(CALLED, URL, status_callback="http://app.example/callback#rc=2")
    phone = phone_on(wire, number)

    await phone.dial(CALLED)
    await phone.press("1")
    await phone.until(lambda: not phone.is_up)

    paths = [request.url.rpartition("/")[2] for request in wire.requests]
    assert {path: paths.count(path) for path in paths} == {"voice": 1, "sound": 1, "menu": 5, "callback": 3}


async def test_the_overrides_of_a_url_end_with_its_document() -> None:
    """Our reading: a fragment is not a part of the base of relative URLs (RFC 3986)."""
    wire = Recorder(voice=twiml("<Redirect>next</Redirect>"), next=REFUSED)

    await codes_of_a_call(wire, f"{URL}#rc=5")

    assert len(wire.requests) == 3


class Limited(Recorder):
    """Keeps the limits that the wire was given."""

    @property
    def limits(self) -> list[Limits]:
        return [request.limits for request in self.requests]


async def test_the_wire_is_given_the_limits_in_seconds() -> None:
    wire = Limited(voice=twiml(""))

    await codes_of_a_call(wire, f"{URL}#ct=250&rt=1500&tt=12000&sni=n")

    assert wire.limits == [Limits(connect=0.25, read=1.5, total=12.0, verifies=False)]


async def test_the_total_time_is_shared_by_all_tries() -> None:
    wire = Limited(voice=NO_CONNECTION)

    assert await codes_of_a_call(wire, f"{URL}#rc=5") == [11201]
    assert [(limits.connect, limits.total) for limits in wire.limits] == [(5.0, 15.0), (5.0, 10.0), (5.0, 5.0)]


@pytest.mark.parametrize(
    ("fragment", "latency", "codes", "tries"),
    [
        ("tt=3000", 2.9, [], 1),
        ("tt=3000", 3.1, [11203], 1),
        ("rt=3000", 3.1, [11205], 1),
        ("rt=3000&rp=rt&rc=2", 3.1, [11205], 3),
        ("rt=3000&rp=rt&rc=5", 3.1, [11205], 5),
    ],
)
async def test_T23_shorter_limits_are_judged_on_the_latency(
    fragment: str, latency: float, codes: list[int], tries: int
) -> None:
    wire = Recorder(voice=twiml("", latency=latency))

    assert await codes_of_a_call(wire, f"{URL}#{fragment}") == codes
    assert len(wire.requests) == tries


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ("e=", 11240),
        ("e=ash burn", 11240),
        ("e=atlantis", 11241),
        ("e=ashburn,atlantis", 11241),
        ("e=ashburn-ix", 11242),
        ("rp=sometimes", 11243),
        ("rp=ct,", 11243),
    ],
)
async def test_bad_values_fail_the_request_before_it_is_sent(fragment: str, code: int) -> None:
    wire = Recorder(voice=twiml(""))

    assert await codes_of_a_call(wire, f"{URL}#{fragment}") == [code]
    assert wire.requests == []


@pytest.mark.parametrize("pair", ["ct=99", "ct=10001", "rt=15001", "tt=0", "rc=6", "rc=-1", "rc=x", "sni=yes", "top"])
async def test_what_has_no_effect_is_said_and_left_out(pair: str) -> None:
    wire = Limited(voice=REFUSED)
    phone = phone_on(wire, f"{URL}#{pair}")

    await phone.dial(CALLED)

    assert len(wire.requests) == 2
    assert all(limits == Limits(5.0, 15.0, 15.0) for limits in wire.limits)
    assert f"the connection override {pair!r} has no effect" in phone.record.warnings[0].message
    assert phone.record.warnings[0].level == "policy"


@pytest.mark.parametrize("edges", ["ashburn", "dublin,sydney", "sao-paulo"])
def test_edges_are_taken_and_change_nothing(edges: str) -> None:
    assert read_overrides(f"e={edges}") == STANDARD


@given(fragment=st.text(max_size=40) | st.from_regex(r"(ct|rt|tt|rc|rp|sni|e)=\w{0,6}(&(rc|rp|e)=[\w,-]{0,9})?"))
def test_any_fragment_is_read_or_refused(fragment: str) -> None:
    rules, code = STANDARD, 11240
    try:
        rules = read_overrides(fragment)
    except OverrideError as error:
        code = error.code

    assert code in (11240, 11241, 11242, 11243)
    assert 0 <= rules.retries <= 5
    assert 0.1 <= rules.connect <= 10
    assert 0.1 <= rules.read <= 15
    assert 0.1 <= rules.total <= 15


async def test_a_callback_with_bad_overrides_touches_nothing() -> None:
    wire = Recorder(voice=twiml(""))
    number = Number(CALLED, URL, status_callback="http://app.example/status#rp=never")
    phone = phone_on(wire, number)

    await phone.dial(CALLED)

    assert len(wire.requests) == 1
    assert phone.record.ended is not None
    assert phone.record.ended.ending == "completed"


async def test_retries_keep_method_and_body() -> None:
    wire = Recorder(voice=[status(500), twiml("")])

    await codes_of_a_call(wire, f"{URL}#rp=5xx")

    first, second = wire.requests
    assert (first.method, first.body) == (second.method, second.body)
    assert isinstance(first, WireRequest)
