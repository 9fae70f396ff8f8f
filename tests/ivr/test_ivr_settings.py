"""Settings: names, defaults, and one clear sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.settings import SettingsError, missing, read_settings

LIVE = {
    "IVR_BACKEND": "live",
    "OKTA_ORG_URL": "https://dev-123.okta.com/",
    "OKTA_API_TOKEN": "00secretTokenOfOkta",
    "TWILIO_AUTH_TOKEN": "secretOfTwilio",
}


def test_nothing_set_is_the_fake_backend() -> None:
    settings = read_settings({})

    assert settings.backend == "fake"
    assert settings.customer_name == "ATKO MOBILE"
    assert settings.push_patience == 75


def test_the_process_environment_is_read_only_when_it_is_handed_in() -> None:
    assert read_settings({"APP_CUSTOMER_NAME": "ACME"}).customer_name == "ACME"
    assert read_settings({"PATH": "/bin"}).customer_name == "ATKO MOBILE"


def test_an_env_file_counts_less_than_the_environment_and_more_than_defaults(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("APP_CUSTOMER_NAME=From File\nIVR_VOICE=Polly.Amy\nOKTA_API_TOKEN=\nUNRELATED=1\n")

    settings = read_settings({"APP_CUSTOMER_NAME": "From Environment"}, env_file=file)

    assert (settings.customer_name, settings.voice) == ("From Environment", "Polly.Amy")
    assert settings.okta_api_token is None


def test_an_override_wins() -> None:
    assert read_settings({"IVR_BACKEND": "cassette"}, IVR_BACKEND="fake").backend == "fake"


def test_live_settings_are_accepted_and_their_secrets_hidden() -> None:
    settings = read_settings(LIVE)

    assert settings.okta_org_url == "https://dev-123.okta.com"
    for secret in ("00secretTokenOfOkta", "secretOfTwilio"):
        assert secret not in repr(settings)


@pytest.mark.parametrize("name", ["OKTA_ORG_URL", "OKTA_API_TOKEN", "TWILIO_AUTH_TOKEN"])
def test_live_needs_an_org_its_token_and_signed_webhooks(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is not set, and IVR_BACKEND=live needs it: .*IVR_BACKEND=fake"):
        read_settings({**LIVE, name: " "})


def test_all_that_lacks_is_named_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match="OKTA_ORG_URL, OKTA_API_TOKEN and TWILIO_AUTH_TOKEN are not set"):
        read_settings({"IVR_BACKEND": "live"})


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("IVR_BACKEND", "lively", "'fake', 'cassette' or 'live'"),
        ("OKTA_ORG_URL", "dev-123.okta.com", "such as https://"),
        ("OKTA_ORG_URL", "http://dev-123.okta.com", "must start with https"),
        ("OKTA_ORG_URL", "https://dev-123-admin.okta.com", "without -admin"),
        ("OKTA_ORG_URL", "https://dev-123.okta.com/api/v1", "address alone"),
        ("IVR_PUBLIC_URL", "https://user:secretword@host.example", "user name or password"),
        ("ACCOUNTS_API_URL", "ftp://accounts", "such as https://"),
        ("IVR_PUSH_PATIENCE", "secretword", "valid number"),
        ("IVR_PUSH_PATIENCE", "5", "greater than or equal to 10"),
        ("IVR_WRONG_CODES", "5", "less than or equal to 4"),
        ("IVR_TRUST_PROXY", "perhaps", "valid boolean"),
        ("TWILIO_ACCOUNT_SID", "ACsecretword", "match pattern"),
        ("TWILIO_API_URL", "https://secretword.example", "a fake Twilio on this machine"),
        ("IVR_LANGUAGE", "secretword!", "match pattern"),
    ],
)
def test_a_malformed_setting_is_named_with_the_remedy_and_without_its_value(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})

    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is malformed: ")
    assert remedy in sentence
    assert sentence.count("\n") == 0
    assert "secretword" not in sentence


def test_a_loopback_org_may_be_plain_http() -> None:
    assert read_settings({"OKTA_ORG_URL": "http://127.0.0.1:9000"}).okta_org_url == "http://127.0.0.1:9000"


def test_start_up_says_what_is_missing() -> None:
    assert [note.partition(":")[0] for note in missing(read_settings(LIVE))] == ["ACCOUNTS_API_URL", "IVR_PUBLIC_URL"]
    assert [note.partition(":")[0] for note in missing(read_settings({}))] == ["TWILIO_AUTH_TOKEN"]
