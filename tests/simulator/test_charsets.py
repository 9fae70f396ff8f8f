"""Replies in other charsets than UTF-8, named by the XML declaration or else by the header: the words arrive whole."""

import pytest

from simulator.vocabulary import Replied
from simulator.wires.wire import WireReply
from tests.simulator.feeding import CALLED
from tests.simulator.remembering import Recorder, phone_on

WORDS = "Grüße – schöne"
SAY = "<Response><Say>{}</Say></Response>"
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>' + SAY.format("Grüße")

REPLIES = {
    "text in Latin-1": ("text/plain; charset=iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
    "text of Windows": ('text/plain; charset="windows-1252"', WORDS.encode("cp1252"), WORDS),
    "text in UTF-8": ("text/plain; charset=UTF-8", WORDS.encode(), WORDS),
    "text without a charset": ("text/plain", WORDS.encode(), WORDS),
    "text in what nobody knows": ("text/plain; charset=x-nobody", b"plain words", "plain words"),
    "text in what is not a charset": ("text/plain; charset=idna", WORDS.encode(), WORDS),
    "a document in Latin-1": ("text/xml; charset=ISO-8859-1", SAY.format("Grüße").encode("latin-1"), "Grüße"),
    "a document in UTF-16": ("application/xml; charset=utf-16", SAY.format(WORDS).encode("utf-16"), WORDS),
    "a declaration against the header": ("text/xml; charset=utf-8", LATIN.encode("latin-1"), "Grüße"),
    "a declaration with the header": ("text/xml; charset=iso-8859-1", LATIN.encode("latin-1"), "Grüße"),
    "a header that is wrong": ("text/xml; charset=us-ascii", SAY.format("Grüße").encode(), "Grüße"),
}


@pytest.mark.parametrize(("kind", "body", "words"), REPLIES.values(), ids=REPLIES)
async def test_words_are_heard_as_they_were_meant(kind: str, body: bytes, words: str) -> None:
    phone = phone_on(Recorder(voice=WireReply(200, [("Content-Type", kind)], body, 0.0)), "http://app.example/voice")
    await phone.dial(CALLED)

    assert await phone.until(lambda: phone.has_heard(words))
    assert phone.record.warnings == []


async def test_what_is_kept_of_a_reply_can_be_read_by_everybody() -> None:
    reply = WireReply(200, [("Content-Type", "text/plain; charset=latin-1")], "Grüße".encode("latin-1"), 0.0)
    phone = phone_on(Recorder(voice=reply), "http://app.example/voice")
    await phone.dial(CALLED)

    (answer,) = [answer for _, answer in phone.record.answers if isinstance(answer, Replied)]
    assert answer.body.decode() == "Grüße"
