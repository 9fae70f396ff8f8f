"""What stands inside elements where nobody expects it: it is read where that is possible (our choice, L)."""

import pytest

from simulator.vocabulary import Ask, Joined, Queued, Ring, Sent, Warned
from tests.simulator.feeding import FedCall, call

AGENT = "+13125550111"


def codes_of(document: str) -> list[int]:
    return call(f"<Pause/>{document}").codes


@pytest.mark.parametrize("inside", ["<speak>Your code is one</speak>", "Your <b>code</b> is <x><y>one</y></x>"])
def test_words_in_an_unknown_child_of_say_are_spoken(inside: str) -> None:
    fed = call(f"<Say>{inside}</Say>")
    fed.listen()

    assert fed.heard == ["Your code is one"]
    assert set(fed.codes) == {12200}


def test_a_gather_speaks_them_too() -> None:
    fed = call("<Gather><Say><speak>Press one</speak></Say></Gather>")
    fed.listen()

    assert fed.heard == ["Press one"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (f"<Dial><Phone>{AGENT}</Phone></Dial>", 13215),
        (f"<Dial><number>{AGENT}</number></Dial>", 13215),
        (f"<Dial><Number><Value>{AGENT}</Value></Number></Dial>", 12200),
    ],
)
def test_a_number_in_an_unknown_child_is_dialled(document: str, code: int) -> None:
    fed = call(document)

    assert [ring.called for ring in fed.of(Ring)] == [AGENT]
    assert fed.codes == [code]


def read_by(fed: FedCall) -> str:
    """What the verb has read, wherever it has led."""
    for effect in reversed(fed.effects):
        match effect:
            case Ask(url=url) if not url.endswith("/voice"):
                return url
            case Queued(name=name) | Joined(name=name):
                return name
            case Sent(body=body):
                return body
            case Ring(called=called):
                return called
            case _:
                continue
    return ""


@pytest.mark.parametrize(
    ("document", "read"),
    [
        ("<Redirect><Url>/next</Url></Redirect>", "http://app.example/next"),
        ("<Play><Url>/a.mp3</Url></Play>", "http://app.example/a.mp3"),
        ("<Enqueue><Name>support</Name></Enqueue>", "support"),
        ("<Dial><Conference><Name>standup</Name></Conference></Dial>", "standup"),
        ("<Sms><Body>hello</Body></Sms>", "hello"),
        ("<Dial><Client><Name>joey</Name></Client></Dial>", "client:joey"),
        ("<Dial><Client><Identity><b>joey</b></Identity></Client></Dial>", "client:joey"),
        ("<Dial><Sip><Address>sip:joey@example.com</Address></Sip></Dial>", "sip:joey@example.com"),
    ],
)
def test_what_stands_in_an_unknown_child_is_read(document: str, read: str) -> None:
    fed = call(document)

    assert read_by(fed) == read
    assert fed.codes == [12200]


@pytest.mark.parametrize("verb", ["Pause", "Record", "Echo", "Leave", "Hangup", "Reject", "Gather", "Pay"])
def test_words_that_nobody_reads_are_reported(verb: str) -> None:
    assert 12200 in codes_of(f"<{verb}>three</{verb}>")
    assert 12200 not in codes_of(f"<{verb}> <!-- three --> </{verb}>")


@pytest.mark.parametrize("verb", ["Pause", "Record", "Echo", "Leave", "Hangup", "Reject", "Redirect", "Play", "Pay"])
def test_a_child_that_nobody_knows_is_reported(verb: str) -> None:
    assert 12200 in codes_of(f"<{verb}>/x<Shout/></{verb}>")


@pytest.mark.parametrize("noun", ["Number", "Queue", "Conference", "Client", "Sip"])
def test_a_child_of_a_noun_that_nobody_knows_is_reported(noun: str) -> None:
    assert codes_of(f"<Dial><{noun}>{AGENT}<Shout/></{noun}></Dial>") == [12200]


@pytest.mark.parametrize("verb", ["Hangup", "Reject"])
def test_parameters_of_an_ending_reach_nobody_and_are_remarked(verb: str) -> None:
    fed = call(f'<{verb}><Parameter name="why" value="closed"/></{verb}>')

    (warned,) = fed.of(Warned)
    assert (warned.level, warned.message) == ("policy", f"<Parameter> inside <{verb}> reaches nobody here")
    assert fed.is_over


@pytest.mark.parametrize(
    "document",
    [
        '<Hangup><Parameter value="closed"/></Hangup>',
        '<Connect><Stream url="/s"><Parameter value="1"/></Stream></Connect>',
        '<Dial><Client>joey<Parameter value="1"/></Client></Dial>',
        '<Dial><Sip>joey@example.com<Headers><Header value="1"/></Headers></Sip></Dial>',
    ],
)
def test_a_pair_without_a_name_is_reported(document: str) -> None:
    assert codes_of(document) == [12200]
