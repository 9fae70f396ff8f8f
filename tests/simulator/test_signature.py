"""Twilio's signature: the published vectors, the corner cases, and the SDK's own validator. Statements T06 to T09."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from simulator.operator.signature import sign

BASE = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "Caller": "+14158675309",
    "To": "+18005551212",
}
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


@pytest.mark.parametrize(
    ("url", "params", "signature"),
    [
        (URL, BASE, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:80/myapp.php?foo=1&bar=2", BASE, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", BASE, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (URL, None, "zYQTYrRWXE7LtzbG4PfP7/bkkGo="),
        (URL, BASE | {"CallerCity": ""}, "Rj+O9GFVObNredB5XU+fUiM5w8w="),
        (
            "https://example.com/myapp.php?foo=1&bar=2",
            BASE | {"From": "+14158675310", "Caller": "+14158675310"},
            "L/OH5YylLD5NRKLltdqwSvS0BnU=",
        ),
        (
            f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
            None,
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        ),
    ],
)
def test_T06_published_vectors(url: str, params: dict[str, str] | None, signature: str) -> None:
    assert sign("12345", url, params) == signature


@pytest.mark.parametrize(
    "url",
    [
        "https://mycompany.com:443/myapp.php?foo=1&bar=2",
        "https://mycompany.com:1234/myapp.php?foo=1&bar=2",
        "https://user:secret@mycompany.com/myapp.php?foo=1&bar=2",
        "https://mycompany.com/myapp.php?foo=1&bar=2#rc=2",
    ],
)
def test_T09_port_over_https_user_and_fragment_are_not_signed(url: str) -> None:
    assert sign("12345", url, BASE) == sign("12345", URL, BASE)


def test_T07_an_application_that_drops_empty_parameters_does_not_get_the_same_signature() -> None:
    assert sign("12345", URL, BASE | {"CallerCity": ""}) != sign("12345", URL, BASE)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(params=st.dictionaries(TEXT.filter(bool), TEXT, max_size=8), token=st.text("0123456789abcdef", min_size=1))
def test_the_sdk_validates_whatever_is_signed(params: dict[str, str], token: str) -> None:
    signature = sign(token, URL, params)

    assert RequestValidator(token).validate(URL, params, signature)
    assert not RequestValidator(token + "x").validate(URL, params, signature)


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example/voice",
        "https://app.example/voice",
        "https://app.example:8443/voice",
        "http://app.example:8080/voice?a=%7e1&b=+&c",
        "https://app.example/voice/",
        "https://app.example",
        "https://app.example/%C3%A9?q=%C3%A9",
    ],
)
def test_the_sdk_validates_these_urls_as_they_stand(url: str) -> None:
    assert RequestValidator("token").validate(url, BASE, sign("token", url, BASE))


@pytest.mark.parametrize(
    ("signed", "checked"),
    [
        ("https://app.example/voice", "http://app.example/voice"),
        ("https://app.example/voice", "https://app.example/voice/"),
        ("https://app.example/voice?a=1&b=2", "https://app.example/voice?b=2&a=1"),
        ("https://app.example/voice?a=%7e", "https://app.example/voice?a=~"),
        ("http://app.example:8080/voice", "http://app.example/voice"),
    ],
)
def test_an_application_that_rebuilds_another_url_fails(signed: str, checked: str) -> None:
    assert not RequestValidator("token").validate(checked, BASE, sign("token", signed, BASE))


def test_a_validator_must_be_given_the_url_without_user_and_fragment() -> None:
    """The SDK's own keeps both; what it is given must be the URL that was called (reference validator, SDK 9)."""
    url = "https://app.example/voice"
    signature = sign("token", "https://user:secret@app.example/voice#rc=2", BASE)

    assert RequestValidator("token").validate(url, BASE, signature)
    assert not RequestValidator("token").validate(f"{url}#rc=2", BASE, signature)
    assert not RequestValidator("token").validate("https://user:secret@app.example/voice", BASE, signature)


def test_an_empty_query_is_lost_in_the_sdk() -> None:
    """Twilio signs the URL as it was requested; the SDK's URL parser drops a `?` that nothing follows."""
    url = "https://app.example/voice?"

    assert sign("token", url, BASE) != sign("token", url.rstrip("?"), BASE)
    assert not RequestValidator("token").validate(url, BASE, sign("token", url, BASE))


def test_names_are_sorted_by_bytes_and_values_are_not_trimmed() -> None:
    params = {"msg": " Gather End ", "To": "b", "CallStatus": "x", "CallSid": "y", "Called": "z", "é": "ü"}

    assert sign("token", URL, params) == sign("token", URL, dict(sorted(params.items(), reverse=True)))
    assert RequestValidator("token").validate(URL, params, sign("token", URL, params))
    trimmed = params | {"msg": "Gather End"}
    assert not RequestValidator("token").validate(URL, trimmed, sign("token", URL, params))


def test_a_signature_has_28_characters() -> None:
    assert len(sign("token", URL, None)) == 28
