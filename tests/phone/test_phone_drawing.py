"""What to draw, without a screen: the same things at the same moment give the same text."""

import pytest
from textual.content import Content

from simulator.network import Person
from simulator.operator.masking import Mask
from simulator.phone.panes.conversation import draw_item
from simulator.phone.panes.handset import draw_status
from simulator.phone.panes.request import draw_request, draw_row
from simulator.phone.panes.twiml import body_lines, marked_lines
from simulator.phone.plain import ago, as_dialled, for_reading, milliseconds, minutes
from simulator.printable import printable
from simulator.timeline.conversation import Typed, Utterance
from simulator.timeline.traffic import Request
from simulator.vocabulary import Heard, Prompt, Warned

WORDS = Prompt("Say", 3.0, text="one two three four")
SECRET = "493027"


def styled(content: Content, style: str) -> str:
    """The parts of the content that carry a style with this word in it."""
    return "".join(content.plain[span.start : span.end] for span in content.spans if style in str(span.style))


def request(**more: object) -> Request:
    """A request with a code in its parameters, answered."""
    fields: dict[str, object] = {
        "params": {"Digits": SECRET, "CallToken": "token-of-the-call", "From": "+17735551234"},
        "own": ("Digits",),
        "headers": (("X-Twilio-Signature", "signature"), ("Accept", "*/*")),
        "outcome": "answered",
        "status": 200,
        "reply_headers": (("Set-Cookie", "session=cookie-value"),),
        "latency": 0.0123,
        "body": f"<Response><Say>You typed {' '.join(SECRET)}</Say></Response>".encode(),
        **more,
    }
    return Request(1, "CA1", "document", 100.0, 62.0, "POST", "https://a.example/code?x=1", **fields)  # type: ignore[arg-type]


def mask() -> Mask:
    """A mask that has seen the request go out."""
    mask = Mask()
    mask.params(request().params)
    return mask


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "one ▌"),
        (0.374, "one ▌"),
        (0.376, "one two ▌"),
        (1.2, "one two three four ▌"),
        (9.0, "one two three four"),
    ],
)
def test_words_appear_as_they_are_said(seconds: float, shown: str) -> None:
    assert draw_item(Utterance(100.0, WORDS), 100.0 + seconds).plain == shown


def test_what_was_cut_off_is_struck_out() -> None:
    heard = Heard("CA1", WORDS, 100.0, 0.8, "one two", is_cut=True)

    drawn = draw_item(Utterance(100.0, WORDS, heard), 200.0)

    assert drawn.plain == "one two ╱ three four"
    assert styled(drawn, "strike") == "three four"


def test_words_heard_to_the_end_are_whole() -> None:
    heard = Heard("CA1", WORDS, 100.0, 3.0, "one two three four")

    assert draw_item(Utterance(100.0, WORDS, heard), 200.0).plain == "one two three four"


@pytest.mark.parametrize(
    ("keys", "is_long", "shown"),
    [("1", True, "1"), ("123", True, "1 2 3"), ("1234", True, "• • • •"), ("1234", False, "1 2 3 4"),
     ("493027#", True, "• • • • • • #"), ("*#", True, "* #")],
)  # fmt: skip
def test_keys_of_a_long_entry_are_dots(keys: str, is_long: bool, shown: str) -> None:
    assert draw_item(Typed(0.0, keys, is_long), 0.0).plain == shown


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b31m", "a\rb", "\x07", "\u202eabc", "\x00", "\u2028"])
def test_nothing_foreign_steers_the_terminal(text: str) -> None:
    assert all(character.isprintable() for character in printable(text))


def test_lines_and_tabs_stay_readable() -> None:
    assert printable("a\r\n\tb") == "a\n    b"


def test_a_code_is_dots_wherever_it_turns_up() -> None:
    shown = draw_request(request(), mask(), 80).plain

    assert SECRET not in shown
    assert " ".join(SECRET) not in shown
    assert "Digits ••••••" in shown


@pytest.mark.parametrize("secret", ["token-of-the-call", "signature", "cookie-value"])
def test_tokens_signatures_and_cookies_are_not_shown(secret: str) -> None:
    assert f"{secret}\n" not in draw_request(request(), mask(), 80).plain + "\n"


def test_a_row_of_the_timeline_is_as_wide_as_asked() -> None:
    for width in (40, 48, 120):
        assert draw_row(request(), mask(), 200.0, width).cell_length == width


def test_a_request_that_is_out_shows_how_long_it_has_been() -> None:
    row = draw_row(request(outcome="out", status=None, body=None), mask(), 103.5, 48).plain

    assert row.split() == ["1:02", "POST", "/code?x=1", "…", "3.5", "s"]


def test_twiml_is_indented_and_keeps_its_line_numbers() -> None:
    body = b'<?xml version="1.0"?>\n<Response><Gather\n a="1&amp;2"><Say>x &lt; y</Say></Gather>\n<Hangup/></Response>'

    lines = [(line.number, line.content.plain) for line in body_lines(body)]

    assert lines == [
        (2, "<Response>"),
        (2, '  <Gather a="1&amp;2">'),
        (3, "    <Say>x &lt; y</Say>"),
        (3, "  </Gather>"),
        (4, "  <Hangup/>"),
        (4, "</Response>"),
    ]


def test_text_between_elements_is_kept() -> None:
    assert [line.content.plain for line in body_lines(b"<Say>a<break/>b</Say>")] == [
        "<Say>", "  a", "  <break/>", "  b", "</Say>",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"<Response", b"", b"\xff\xfe\x00", b"plain words", b"<a>" * 100])
def test_what_is_no_document_is_shown_as_it_came(body: bytes) -> None:
    assert all(printable(line.content.plain) == line.content.plain for line in body_lines(body))


def test_a_long_body_is_cut_and_says_so() -> None:
    lines = body_lines(b"<Response>" + b"<Hangup/>" * 1000 + b"</Response>")

    assert len(lines) == 401
    assert lines[-1].content.plain == "… 602 more lines"


def test_a_finding_marks_the_element_it_names_when_all_stands_on_one_line() -> None:
    lines = body_lines(b"<Response><Say>hello</Say><Pause lenght='2'/></Response>")
    finding = Warned("CA1", 12200, "warning", "the schema: <Pause> has no attribute lenght", line=1)

    assert marked_lines(lines, (finding,)) == {2: finding}


def test_a_finding_without_a_line_marks_nothing() -> None:
    assert marked_lines(body_lines(b"<Response/>"), (Warned("CA1", 11200, "error", "no answer"),)) == {}


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2075551234", "+12075551234"), ("1 (207) 555-1234", "+12075551234"), ("+442079460000", "+442079460000"),
     ("911", "911"), ("*72", "*72"), ("", "")],
)  # fmt: skip
def test_a_number_is_dialled_as_people_write_it(typed: str, number: str) -> None:
    assert as_dialled(typed) == number


def test_a_number_is_read_in_groups() -> None:
    assert for_reading("+12075551234") == "+1 207-555-1234"
    assert for_reading("+442079460000") == "+442079460000"


def test_times_are_readable() -> None:
    assert [minutes(0), minutes(59.99), minutes(62), minutes(3723)] == ["0:00", "0:59", "1:02", "1:02:03"]
    assert [ago(1), ago(12), ago(125), ago(7300)] == ["now", "12 s ago", "2 min ago", "2 h ago"]
    assert [milliseconds(0.0004), milliseconds(0.85), milliseconds(3.21)] == ["0 ms", "850 ms", "3.2 s"]


def test_the_status_bar_says_how_time_runs() -> None:
    ann = Person("Ann", "+17735551234")

    assert "⏸" in draw_status(None, ann, "+12075551234", 0.0, 0.0).plain
    assert "4×" in draw_status(None, ann, "+12075551234", 0.0, 4.0).plain
    assert draw_status(None, ann, "+12075551234", 0.0, 1.0).plain == (
        " Ann  +1 773-555-1234 → +1 207-555-1234  no call yet"
    )
