"""User and password in a webhook's URL: Basic and Digest after a challenge. Statement T10."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator.applications import Endpoint
from simulator.exchange.numbers import Number
from simulator.network import build_network
from simulator.operator.authorization import Keyring
from simulator.operator.clock import ManualClock
from simulator.operator.masking import Mask
from simulator.wires.wire import WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER
from tests.simulator.remembering import TOKEN, Recorder, codes_of_a_call, phone_on, status, twiml

URL = "https://bob:s%3Acret@app.example/voice"
BASIC = ("WWW-Authenticate", 'Basic realm="the line"')
DIGEST = ("WWW-Authenticate", 'Digest realm="the line", qop="auth,auth-int", algorithm=SHA-256, nonce="n1", opaque="o"')
BOB = "Basic Ym9iOnM6Y3JldA=="


def guarded(document: str, challenge: tuple[str, str] = BASIC) -> "Guard":
    return Guard(document, challenge)


class Guard:
    """An answer that demands credentials, whatever they are."""

    def __init__(self, document: str, challenge: tuple[str, str]) -> None:
        self._document = document
        self._challenge = challenge

    def __call__(self, request: WireRequest) -> WireReply:
        return twiml(self._document) if "Authorization" in dict(request.headers) else status(401, self._challenge)


async def test_T10_the_challenge_is_answered_with_the_same_token_and_the_user_is_not_signed() -> None:
    wire = Recorder(voice=guarded("<Say>hello</Say>"))

    assert await codes_of_a_call(wire, URL) == []

    assert wire.all("Authorization") == [None, BOB]
    first, second = wire.all("I-Twilio-Idempotency-Token")
    assert first == second
    for request in wire.requests:
        assert request.url == "https://app.example/voice"
        signature = dict(request.headers)["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(request.url, wire.form(), signature)


async def test_T10_the_rest_of_the_call_is_authenticated_at_once() -> None:
    wire = Recorder(voice=guarded("<Redirect>/next</Redirect>"), next=guarded("<Play>/sound</Play>"), sound=status(404))
    phone = phone_on(wire, URL)

    await phone.dial(CALLED)
    await phone.until(lambda: not phone.is_up)

    assert wire.all("Authorization") == [None, BOB, BOB, BOB]
    await phone.dial(CALLED)
    assert wire.headers(4).get("Authorization") is None


async def test_T10_another_server_is_not_told() -> None:
    wire = Recorder(voice=guarded("<Redirect>https://other.example/next</Redirect>"), next=status(401, BASIC))

    assert await codes_of_a_call(wire, URL) == [11200]
    assert wire.all("Authorization") == [None, BOB, None]


async def test_T10_a_relative_url_that_is_the_first_to_be_challenged() -> None:
    wire = Recorder(voice=twiml("<Redirect>/next</Redirect>"), next=guarded(""))

    assert await codes_of_a_call(wire, URL) == []
    assert wire.all("Authorization") == [None, None, BOB]


BREAKING = ("WWW-Authenticate", 'Digest realm="the\nline", nonce="n1"')


@pytest.mark.parametrize(
    "answer",
    [status(401), status(401, ("WWW-Authenticate", "Bearer")), status(403, BASIC), status(401, BREAKING)],
    ids=str,
)
async def test_without_a_challenge_that_can_be_met_it_is_an_error_status(answer: WireReply) -> None:
    wire = Recorder(voice=answer)

    assert await codes_of_a_call(wire, URL) == [11200]
    assert len(wire.requests) == 1


async def test_a_challenge_without_a_user_in_the_url_is_an_error_status() -> None:
    wire = Recorder(voice=status(401, BASIC))

    assert await codes_of_a_call(wire, "https://app.example/voice") == [11200]
    assert len(wire.requests) == 1


async def test_a_wrong_password_is_tried_once() -> None:
    wire = Recorder(voice=status(401, BASIC))

    assert await codes_of_a_call(wire, URL) == [11200]
    assert len(wire.requests) == 2


async def test_T10_digest_counts_its_nonce() -> None:
    wire = Recorder(voice=guarded("<Redirect>/next?a=1</Redirect>", DIGEST), next=guarded("", DIGEST))

    assert await codes_of_a_call(wire, URL) == []

    _, first, second = wire.all("Authorization")
    for sent, path, count in ((first, "/voice", "00000001"), (second, "/next?a=1", "00000002")):
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', (sent or "").removeprefix("Digest ")))
        assert (fields["username"], fields["uri"], fields["nc"], fields["opaque"]) == ("bob", path, count, "o")
        secret = sha256(b"bob:the line:s:cret").hexdigest()
        what = sha256(f"POST:{path}".encode()).hexdigest()
        response = f"{secret}:n1:{count}:{fields['cnonce']}:auth:{what}"
        assert fields["response"] == sha256(response.encode()).hexdigest()


def draw() -> str:
    return "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


RFC = 'realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzj"'


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_digests_of_rfc_7616(algorithm: str, response: str) -> None:
    keys = Keyring()
    url = keys.take("http://Mufasa:Circle%20of%20Life@www.example.org/dir/index.html")

    assert keys.answer(url, [f'Digest {RFC}, qop="auth, auth-int", algorithm={algorithm}'])

    header = keys.header("GET", url, draw) or ""
    assert f'response="{response}"' in header
    assert f"algorithm={algorithm}" in header


def test_the_digest_of_rfc_2617() -> None:
    keys = Keyring()
    url = keys.take("http://Mufasa:Circle%20Of%20Life@www.nowhere.org/dir/index.html")
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"

    keys.answer(url, [f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{nonce}", opaque="5ccc"'])

    header = keys.header("GET", url, lambda: "0a4f113b") or ""
    assert 'response="6629fae49393a05397450978507c4ef1"' in header


def test_a_digest_without_qop_is_the_old_one() -> None:
    keys = Keyring()
    url = keys.take("http://Mufasa:CircleOfLife@www.nowhere.org/dir/index.html")

    keys.answer(url, ['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])

    header = keys.header("GET", url, draw) or ""
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in header
    assert "nc=" not in header


@pytest.mark.parametrize(
    ("headers", "scheme"),
    [
        (['Basic realm="a"', 'Digest realm="a", nonce="n"'], "Digest"),
        (['Basic realm="a", Digest realm="b, Basic c", nonce="n"'], "Digest"),
        (['Digest realm="a", nonce="n", qop="auth-int"', 'basic realm="a"'], "Basic"),
        (['Digest realm="a", nonce="n", algorithm=MD5-sess, Basic realm="x"'], "Basic"),
        (["Negotiate", 'Bearer realm="x", Basic realm="y"'], "Basic"),
        (["Basic"], "Basic"),
    ],
)
def test_the_strongest_scheme_that_can_be_met_is_taken(headers: list[str], scheme: str) -> None:
    keys = Keyring()
    url = keys.take("http://a:b@app.example/")

    assert keys.answer(url, headers)
    assert (keys.header("GET", url, draw) or "").startswith(scheme + " ")


async def test_passwords_leave_masked() -> None:
    wire = Recorder(voice=guarded("<Say"), fallback=twiml(""))
    number = Number(CALLED, URL, fallback_url="http://app.example/fallback")
    operator = build_network(Endpoint(URL, wire), ManualClock(), number).operator
    operator.place(caller=CALLER, called=CALLED)
    await operator.settle()

    assert "cret" in "".join(operator.journal.lines())
    masked = "".join(operator.journal.lines(Mask()))
    assert "bob:••••••@app.example" in masked
    assert "cret" not in masked
    assert "Ym9i" not in masked
    assert wire.form()["ErrorUrl"] == "https://app.example/voice"


@given(challenge=st.text(max_size=60) | st.from_regex(r"(Basic|Digest)( \w+=(\"[^\"]*\"|\w+)(, ?)?){0,5}"))
def test_any_challenge_is_answered_or_left(challenge: str) -> None:
    keys = Keyring()
    url = keys.take("http://b%F6b:%3A@app.example/path?query")

    if keys.answer(url, [challenge]):
        assert keys.header("GET", url, draw)
    else:
        assert keys.header("GET", url, draw) is None
