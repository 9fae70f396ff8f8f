"""The cookies of a call: domain, path, secure and expiry on the simulated clock. Statement T11."""

from http.cookies import CookieError

import pytest

from simulator.operator.cookies import Cookies

URL = "https://app.example/ivr/voice"


def jar(*set_cookie: str, now: float = 0.0) -> Cookies:
    cookies = Cookies()
    cookies.take(URL, set_cookie, now)
    return cookies


def test_T11_what_was_set_comes_back() -> None:
    assert jar("a=1; Path=/", "b=2; Path=/; HttpOnly").header("https://app.example/menu", 0.0) == "a=1; b=2"


def test_a_new_value_replaces_the_old_one() -> None:
    assert jar("a=1; Path=/", "a=2; Path=/").header(URL, 0.0) == "a=2"


@pytest.mark.parametrize(
    ("set_cookie", "url", "is_sent"),
    [
        ("a=1", "https://app.example/ivr/menu", True),
        ("a=1", "https://app.example/other", False),
        ("a=1; Path=/iv", "https://app.example/ivr/menu", False),
        ("a=1; Path=/", "https://other.example/", False),
        ("a=1; Path=/", "https://sub.app.example/", False),
        ("a=1; Path=/; Domain=app.example", "https://sub.app.example/", True),
        ("a=1; Path=/; Domain=.example.com", "https://app.example/", False),
        ("a=1; Path=/; Secure", "http://app.example/", False),
        ("a=1; Path=/; Secure", "https://app.example/", True),
    ],
)
def test_where_a_cookie_is_sent(set_cookie: str, url: str, is_sent: bool) -> None:
    assert (jar(set_cookie).header(url, 0.0) is not None) is is_sent


@pytest.mark.parametrize("expiry", ["Max-Age=60", "Expires=Thu, 01 Jan 1970 00:01:00 GMT"])
def test_expiry_follows_the_simulated_clock(expiry: str) -> None:
    cookies = jar(f"a=1; Path=/; {expiry}")

    assert cookies.header(URL, 59.0) == "a=1"
    assert cookies.header(URL, 60.0) is None


def test_max_age_zero_deletes() -> None:
    assert jar("a=1; Path=/", "a=; Path=/; Max-Age=0").header(URL, 0.0) is None


@pytest.mark.parametrize("header", ["", "no cookie at all", "b ad=1"])
def test_a_header_that_is_no_cookie_is_an_error(header: str) -> None:
    with pytest.raises(CookieError):
        jar(header)
