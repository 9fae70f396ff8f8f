"""What an application says about its own failure: the first words of its answer, and what to do about its status."""

import pytest

from simulator.exchange.reply import excerpt
from simulator.vocabulary import Warned
from tests.simulator.feeding import FedCall

FLASK = """<!doctype html>
<html lang=en>
<title>405 Method Not Allowed</title>
<h1>Method Not Allowed</h1>
<p>The method is not allowed for the requested URL.</p>"""
STYLED = (
    "<html><head><style>body { color: red }</style><script>if (a < b) {}</script><!-- <p>none</p> --></head>"
    "<body>ValueError: 1 &lt; 2<br>at /voice</body></html>"
)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            FLASK,
            "text/html",
            "405 Method Not Allowed Method Not Allowed The method is not allowed for the requested URL.",
        ),
        (STYLED, "text/html; charset=utf-8", "ValueError: 1 < 2 at /voice"),
        ('{"detail":"Not Found"}', "application/json", '{"detail":"Not Found"}'),
        ("Invalid host header", "text/plain", "Invalid host header"),
        ("no type\n\x1b[31mat all\x00", None, "no type [31mat all"),
        ("a < b and c > d", "text/plain", "a < b and c > d"),
        ("x" * 300, "text/plain", "x" * 200 + "…"),
        ("", "text/html", ""),
        ("ID3", "audio/mpeg", ""),
        ("<p>cut o", "text/html", "cut o"),
    ],
)
def test_the_first_words_of_a_body(body: str, kind: str | None, words: str) -> None:
    assert excerpt(body.encode(), kind) == words


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert excerpt(bytes(range(256)) * 100, "text/html")


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "Host header"),
        (401, "https://user:password@host/"),
        (403, "--auth-token"),
        (404, "correct the path"),
        (405, "--method get"),
        (500, "make the application answer this URL with status 200"),
    ],
)
def test_what_to_do_about_a_status_is_said(status: int, remedy: str) -> None:
    fed = FedCall()

    fed.reply(FLASK, status=status, kind="text/html")

    (warned,) = fed.of(Warned)
    assert f"answered {status}: 405 Method Not Allowed" in warned.message
    assert remedy in warned.remedy
