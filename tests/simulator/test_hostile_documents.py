"""Documents that no friend would send: whatever the bytes, the call ends as Twilio would end it, and no more happens.

Trees of every element and attribute there is, broken XML, type declarations and entity bombs, all encodings Python
knows; with bounded work and memory, and without a file or a connection being opened.
"""

import encodings.aliases
import json
import subprocess
import sys
import tracemalloc
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.exchange.reply import MAX_BODY
from simulator.twiml.attributes import attributes_of
from simulator.verbs.document import UnreadableError, read_document
from simulator.verbs.script import Document
from simulator.verbs.table import VERBS
from simulator.vocabulary import Ask, Fetched, Replied, Ring
from tests.simulator.feeding import FedCall

ELEMENTS = [
    *VERBS,
    "Number", "Client", "Sip", "Conference", "Queue", "Sim", "Identity", "Parameter", "Stream", "ConversationRelay",
    "Siprec", "Transcription", "Task", "Prompt", "Message", "Response", "break", "prosody", "say", "Shout", "é",
]  # fmt: skip
ATTRIBUTES = sorted({spec.xml for kind in VERBS.values() for spec in attributes_of(kind.data)} | {"url", "nonsense"})
VALUES = [
    "", "0", "1", "5", "-1", "999999999", "1e9", "٣", "#", "*", "12", "w" * 50, "GET", "POST", "PUT", "true", "false",
    "TRUE", "auto", "dtmf speech", "speech", "busy", "completed initiated", "record-from-answer", "both_tracks",
    "/next", "http://other.example/x#rc=9", "http://h:99999/", "http://[::1/", "wss://app.example/s", "file:///etc/passwd",
    "javascript:1", "+13125550111", "sip:a@b", "name", "x" * 200, "\U0001f600",
]  # fmt: skip


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\n", "&#10;")


PRINTABLE = st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cn", "Co"])


def element(name: str, attributes: dict[str, str], text: str, children: list[str]) -> str:
    given = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{escaped(text)}{''.join(children)}</{name}>"


def trees(depth: int) -> st.SearchStrategy[str]:
    return st.builds(
        element,
        st.sampled_from(ELEMENTS),
        st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=4),
        st.sampled_from(VALUES) | st.text(PRINTABLE, max_size=8),
        st.lists(trees(depth - 1), max_size=3) if depth else st.just([]),
    )


TREES = st.lists(trees(3), max_size=4).map(lambda verbs: f"<Response>{''.join(verbs)}</Response>".encode())


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A document with a few bytes changed, taken out or put in."""
    body = bytearray(draw(TREES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body) - 1))
        body[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
        body = body or bytearray(b"<")
    return bytes(body)


def whole_call(body: bytes, *, kind: str | None = "text/xml", fallback: str | None = None) -> FedCall:
    """A call whose application answers every request with the same bytes, and whose caller waits."""
    fed = FedCall(fallback=fallback)
    answered = 0
    for turn in count():
        if fed.is_over:
            return fed
        assert turn < 3000, "the call goes on and on"
        asks = fed.of(Ask)
        if answered < len(asks):
            ask, answered = asks[answered], answered + 1
            if ask.purpose == "media":
                fed.feed(Fetched(ask.request, ask.url, 200, "audio/mpeg", 1.0), ask.sid)
            else:
                fed.feed(Replied(ask.request, 200, kind, body, ask.url), ask.sid)
            continue
        due = fed.exchange.timer
        if due is None or turn > 200:
            fed.hang_up()
        else:
            fed.wait(max(0.0, due - fed.now))
    raise AssertionError("unreachable")


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(body=TREES | broken(), fallback=st.sampled_from([None, "http://app.example/fallback", "http://h:99999/", ""]))
def test_a_call_ends_whatever_its_documents_say(body: bytes, fallback: str | None) -> None:
    fed = whole_call(body, fallback=fallback)

    assert fed.is_over
    assert len(fed.of(Ask)) <= 300
    assert len(fed.of(Ring)) <= 3000


@given(body=st.binary(max_size=200), kind=st.sampled_from(["text/xml", "text/plain", "audio/wav", "x/y", None, "; ;"]))
def test_a_call_ends_whatever_bytes_come(body: bytes, kind: str | None) -> None:
    assert whole_call(body, kind=kind).is_over


def verdict(body: bytes) -> int | None:
    """Twilio's code for a document that cannot be read; None for one that can."""
    try:
        assert isinstance(read_document(body), Document)
    except UnreadableError as error:
        return error.code
    return None


@settings(max_examples=30)
@given(body=broken())
def test_broken_xml_is_refused_or_read(body: bytes) -> None:
    assert verdict(body) in (None, 12100, 12102)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DECLARATIONS = [
    f'<!DOCTYPE Response [<!ENTITY a0 "ha">{LAUGHS}]><Response><Say>&a9;</Say></Response>',
    f'<!DOCTYPE Response [<!ENTITY a "{"x" * 30000}">]><Response><Say>{"&a;" * 9000}</Say></Response>',
    '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><Response><Say>&f;</Say></Response>',
    '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><Response/>',
    '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><Response/>',
    '<!DOCTYPE r PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd"><Response/>',
    '<?xml version="1.0" standalone="no"?><!DOCTYPE r [<!ATTLIST Say loop CDATA "0">]><Response><Say/></Response>',
]


@pytest.mark.parametrize("document", DECLARATIONS, ids=range(len(DECLARATIONS)))
def test_type_declarations_are_refused_before_anything_is_declared(document: str) -> None:
    assert verdict(document.encode()) == 12100


def test_an_include_is_an_element_like_any_other() -> None:
    document = b'<Response xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd"/></Response>'

    assert verdict(document) is None


ENCODINGS = sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "undefined", "unicode_escape", "no such"})


@pytest.mark.parametrize("encoding", [*ENCODINGS, "x" * 1000, "../../etc/passwd", "é"])
def test_any_declared_encoding_is_read_or_refused(encoding: str) -> None:
    for tail in (b"<Response><Say>a\xff\x80</Say></Response>", b"<Response/>"):
        body = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + tail
        assert verdict(body) in (None, 12100)


WORST = {
    "elements": b"<Response>" + b"<a/>" * 16_000 + b"</Response>",
    "verbs": b"<Response>" + b"<Sms>a</Sms>" * 5000 + b"</Response>",
    "attributes": b"<Response><Say " + b" ".join(b"a%d='1'" % n for n in range(6000)) + b">a</Say></Response>",
    "text": b"<Response><Say>" + b"a " * 32_000 + b"</Say></Response>",
    "pieces": b"<Response><Say>" + b"a&amp;" * 10_000 + b"</Say></Response>",
    "comments": b"<Response>" + b"<!---->" * 9000 + b"</Response>",
    "parties": b"<Response><Dial>" + b"<Number>1</Number>" * 3500 + b"</Dial></Response>",
    "parameters": b"<Response><Dial><Client>" + b"<Parameter name='a'/>" * 3000 + b"</Client></Dial></Response>",
}


@pytest.mark.parametrize("document", WORST.values(), ids=WORST)
def test_the_worst_document_of_64_kB_costs_little_memory(document: bytes) -> None:
    assert len(document) <= MAX_BODY
    tracemalloc.start()
    try:
        fed = whole_call(document)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert fed.is_over
    assert peak < 64 * 1024 * 1024


@pytest.mark.parametrize("kind", ["text/xml", "text/plain"])
def test_a_body_of_10_MB_is_not_even_parsed(kind: str) -> None:
    fed = FedCall()

    fed.reply(b"<Response>" + b"<a>" * 3_333_000, kind=kind)

    assert fed.codes == [11750]


DEEP = [
    b"<Response>" + b"<a>" * 20_000,
    b"<Response>" + b"<Gather>" * 60 + b"</Gather>" * 60 + b"</Response>",
    b"<a" * 30_000,
    b"<Response><Say a='" + b"x" * 60_000,
    b"<?xml version='1.0'?>" * 3000,
    b"<?" + b"x" * 60_000,
    b"<!--" * 16_000,
    b"<![CDATA[" + b"]" * 60_000,
    b"&" * 60_000,
]


@pytest.mark.parametrize("document", DEEP, ids=range(len(DEEP)))
def test_deep_and_unfinished_documents(document: bytes) -> None:
    assert verdict(document) in (None, 12100)


GUARD = """
import json, sys
from simulator.verbs.document import UnreadableError, read_document

def guard(event, arguments):
    if event == "open" and "encodings" in str(arguments[0]):
        return  # Python's own codecs are modules
    if event.split(".")[0] in ("open", "socket", "os", "subprocess", "urllib", "http", "ftplib", "shutil"):
        raise SystemExit(f"{event} {arguments}")

documents = json.load(sys.stdin)
sys.addaudithook(guard)
for document in documents:
    try:
        read_document(document.encode())
    except UnreadableError:
        pass
print("nothing was touched")
"""


def test_no_document_opens_a_file_or_a_connection() -> None:
    includes = [
        '<?xml-stylesheet href="file:///etc/passwd"?><Response/>',
        '<Response xmlns="http://127.0.0.1:9/x" xsi:schemaLocation="http://127.0.0.1:9/x.xsd"/>',
        "<Response><Play>file:///etc/passwd</Play><Redirect>file:///etc/passwd</Redirect></Response>",
    ]

    done = subprocess.run(
        [sys.executable, "-c", GUARD],
        input=json.dumps([*DECLARATIONS, *includes]),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "nothing was touched", done.stderr


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://h/x", "http://[::1/", "http://h:99999/", "http://"])
@pytest.mark.parametrize("verb", ["<Redirect>{}</Redirect>", '<Gather action="{}" numDigits="1"/>', "<Play>{}</Play>"])
def test_urls_that_are_none_are_never_asked_for(verb: str, url: str) -> None:
    fed = FedCall()
    fed.reply(f"<Response>{verb.format(url)}</Response>")

    fed.press("1")

    assert [ask.url for ask in fed.of(Ask)] == ["http://app.example/voice"]
    assert set(fed.codes) <= {11100, 13420}
    assert fed.codes


def test_a_fallback_that_only_ever_fails_again_ends_in_the_announcement() -> None:
    fed = whole_call(b"<Response><Redirect>http://</Redirect></Response>", fallback="http://app.example/fallback")

    assert set(fed.codes) == {11100}
    assert len(fed.of(Ask)) == 100
    assert fed.ended.ending == "application-error"


def test_a_fallback_url_that_is_none_is_reported() -> None:
    fed = FedCall(fallback="nowhere")

    fed.fail(11205)

    assert fed.codes == [11205, 11100]
    assert fed.requests == 1
