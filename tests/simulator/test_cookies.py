"""The cookies of a call: domain, path, secure and expiry on the simulated clock. Statement T11; RFC 6265 section 5."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.operator.cookies import BadCookieError, Cookies, read_date, read_set_cookie

URL = "https://app.example/ivr/voice"


def jar(*set_cookie: str, now: float = 0.0, url: str = URL) -> Cookies:
    cookies = Cookies()
    cookies.take(url, set_cookie, now)
    return cookies


def test_T11_what_was_set_comes_back() -> None:
    assert jar("a=1; Path=/", "b=2; Path=/; HttpOnly").header("https://app.example/menu", 0.0) == "a=1; b=2"


def test_a_new_value_replaces_the_old_one_in_its_place() -> None:
    assert jar("a=1; Path=/", "b=2; Path=/", "a=3; Path=/").header(URL, 0.0) == "a=3; b=2"


def test_the_longest_path_comes_first() -> None:
    assert jar("a=1; Path=/", "b=2; Path=/ivr").header(URL, 0.0) == "b=2; a=1"


KEPT = {
    "attributes of today": ("session=x.y; Secure; HttpOnly; SameSite=None; Partitioned; Path=/", "session=x.y"),
    "an attribute of tomorrow": ("a=1; Priority=High; Path=/", "a=1"),
    "a flag": ("a=1; NoSuchFlag; Path=/", "a=1"),
    "an empty attribute": ("a=1;; ; =; Path=/", "a=1"),
    "JSON": ('a={"one":[1,2],"two":"x y"}; Path=/', 'a={"one":[1,2],"two":"x y"}'),
    "blanks": ("a=one two  three ; Path=/", "a=one two  three"),
    "blanks and tabs around": ("\t a \t= 1\t; Path=/", "a=1"),
    "a blank in the name": ("b ad=1; Path=/", "b ad=1"),
    "UTF-8, an octet a character": ("a=\xc5\x81\xc3\xb3d\xc5\xba; Path=/", "a=\xc5\x81\xc3\xb3d\xc5\xba"),
    "octal in quotes": (r'a="x\073y\012z"; Path=/', r'a="x\073y\012z"'),
    "quotes": ('a="quoted"; Path=/', 'a="quoted"'),
    "equals signs": ("a=b=c==; Path=/", "a=b=c=="),
    "no value": ("a=; Path=/", "a="),
    "a comma": ("a=1,2; Path=/", "a=1,2"),
    "a base64 that is signed": ("s%3Aabc=eyJhIjoxfQ==|1/2+3; Path=/", "s%3Aabc=eyJhIjoxfQ==|1/2+3"),
    "an age that is none": ("a=1; Max-Age=soon; Path=/", "a=1"),
    "an age without end": (f"a=1; Max-Age={'9' * 5000}; Path=/", "a=1"),
    "a date that is none": ("a=1; Expires=whenever; Path=/", "a=1"),
    "a date that no calendar has": ("a=1; Expires=Tue, 31 Feb 2040 00:00:00 GMT; Path=/", "a=1"),
    "a path that is none": ("a=1; Path=ivr", "a=1"),
    "an empty domain": ("a=1; Domain=; Path=/", "a=1"),
}


@pytest.mark.parametrize(("set_cookie", "kept"), KEPT.values(), ids=KEPT)
def test_a_cookie_comes_back_octet_by_octet_whatever_its_attributes(set_cookie: str, kept: str) -> None:
    assert jar(set_cookie).header(URL, 0.0) == kept


@given(
    name=st.text(string.printable.translate({ord(each): None for each in "\t\n\r\v\f;="}), min_size=1),
    value=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters=";\x7f")),
    rest=st.text(st.characters(max_codepoint=0xFF)),
)
def test_whatever_follows_the_value_is_never_fatal(name: str, value: str, rest: str) -> None:
    cookie = read_set_cookie(f"{name}={value};{rest}", 0.0) if name.strip() else None

    assert cookie is None or (cookie.name, cookie.value) == (name.strip(" "), value.strip(" "))


WHERE = [
    ("a=1", "https://app.example/ivr/menu", True),
    ("a=1", "https://app.example/other", False),
    ("a=1; Path=/iv", "https://app.example/ivr/menu", False),
    ("a=1; Path=/ivr/", "https://app.example/ivr/menu", True),
    ("a=1; Path=/ivr/", "https://app.example/ivr", False),
    ("a=1; Path=/", "https://other.example/", False),
    ("a=1; Path=/", "https://sub.app.example/", False),
    ("a=1; Path=/; Domain=app.example", "https://sub.app.example/", True),
    ("a=1; Path=/; Domain=.App.Example", "https://sub.app.example/", True),
    ("a=1; Path=/; Domain=.example.com", "https://app.example/", False),
    ("a=1; Path=/; Domain=other; Domain=app.example", "https://app.example/", True),
    ("a=1; Path=/; Secure", "http://app.example/", False),
    ("a=1; Path=/; Secure", "https://app.example/", True),
]


@pytest.mark.parametrize(("set_cookie", "url", "is_sent"), WHERE)
def test_where_a_cookie_is_sent(set_cookie: str, url: str, is_sent: bool) -> None:
    assert (jar(set_cookie).header(url, 0.0) is not None) is is_sent


def test_an_address_is_nobody_s_domain() -> None:
    assert jar("a=1; Domain=0.0.1", url="http://127.0.0.1/").header("http://127.0.0.1/", 0.0) is None
    assert jar("a=1; Domain=127.0.0.1", url="http://127.0.0.1/").header("http://127.0.0.1/", 0.0) == "a=1"


DATES = [
    "Thu, 01 Jan 1970 00:01:00 GMT",
    "Thursday, 01-Jan-70 00:01:00 GMT",
    "Thu Jan  1 00:01:00 1970",
    "Thu, 01-Jan-1970 00:01:00 UTC",
    "1 january 1970 0:1:0",
    "1970 Jan 1 00:01:00",
]


@pytest.mark.parametrize("expiry", ["Max-Age=60", *(f"Expires={date}" for date in DATES)])
def test_expiry_follows_the_simulated_clock(expiry: str) -> None:
    cookies = jar(f"a=1; Path=/; {expiry}")

    assert cookies.header(URL, 59.0) == "a=1"
    assert cookies.header(URL, 60.0) is None


@pytest.mark.parametrize(
    "date", ["", "Jan 1970 00:01:00", "01 Jan 1970", "01 1970 00:01:00", "01 Jan 00:01:00", "1 Jan 1600 0:0:0",
             "1 Jan 1970 24:00:00", "1 Jan 1970 00:00:60", "32 Jan 1970 00:00:00", "1 Jan 19700 00:01:00"],
)  # fmt: skip
def test_what_is_no_date(date: str) -> None:
    assert read_date(date) is None


def test_years_of_two_digits_are_of_this_century_or_the_last() -> None:
    assert (read_date("1 Jan 69 0:0:0") or 0) > 3_000_000_000
    assert read_date("1 Jan 70 0:0:0") == 0.0


@pytest.mark.parametrize("gone", ["Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_cookie_that_is_over_deletes_the_one_that_was_kept(gone: str) -> None:
    assert jar("a=1; Path=/", f"a=; Path=/; {gone}").header(URL, 0.0) is None


def test_max_age_counts_before_expires() -> None:
    assert jar("a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT").header(URL, 59.0) == "a=1"


@pytest.mark.parametrize("header", ["=1", " = 1", "a\x01=1", "a=1\t2", "a=1\n2", "a=1\x7f"])
def test_what_twilio_does_not_take_is_an_error(header: str) -> None:
    """Its error dictionary names an empty name and control characters (11206)."""
    with pytest.raises(BadCookieError):
        jar(header)


@pytest.mark.parametrize(
    ("header", "why"),
    [("no cookie", "without '='"), ("a=1; Domain=bank.example", "its domain"), ("a=1; Secure", "Secure")],
)
def test_what_is_not_kept_is_said_once_a_call(header: str, why: str) -> None:
    cookies = Cookies()
    first = cookies.take("http://app.example/", [header, header], 0.0)
    second = cookies.take("http://app.example/", [header], 1.0)

    assert [why in each for each in first] == [True]
    assert second == []
    assert cookies.header("http://app.example/", 1.0) is None
