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
