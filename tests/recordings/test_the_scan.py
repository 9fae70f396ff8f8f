"""What the recorder recognises as a secret."""

import pytest

from okta_twilio_ivr.recording.files import secrets_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Authorization: SSWS 00abcDEF", "an API token"),
        ("Authorization: Bearer abc.def", "an API token"),
        ('{"stateToken":"00abc"}', "a state or session token"),
        ('{"sessionToken": "201abc"}', "a state or session token"),
        ("client_assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIwb2EifQ.x", "a signed token"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("Set-Cookie: sid=1", "a cookie"),
        ('{"passCode":"918273"}', "a passcode"),
        ("https://dev-123.okta.com/api/v1/users", "the name of a real org"),
        ("https://line.company.example/ivr", "the address of a host that is not a placeholder"),
        ("+13126667788", "a phone number that is not fictitious"),
        ("search=%22%2B13126667788%22", "a phone number that is not fictitious"),
        ("someone@company.example", "an e-mail address outside example.com"),
        ("CA" + "ab12" * 8, "a Twilio sid"),
        ("Hello Alexandra!", "a value that was to be replaced"),
    ],
)
def test_a_secret_is_named_by_its_kind_and_not_repeated(text: str, kind: str) -> None:
    found = secrets_in(text, ["Alexandra"])

    assert kind in found
    assert not any(word in "; ".join(found) for word in text.split())


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: SSWS scrubbed",
        '{"stateToken":"scrubbed","sessionToken":null}',
        '{"passCode":"246801"}',
        '{"passCode":"24680"}',
        '{"passCode":"000000"}',
        "+17735551234 and +13125550142",
        "jane.ivr@example.com",
        "https://atko.okta.example/api/v1/users",
        "CA" + "0" * 32,
    ],
)
def test_placeholders_are_no_secrets(text: str) -> None:
    assert secrets_in(text, ["Alexandra"]) == []
