"""The company's own line as somebody's project that uses the fakes' fixtures: a conftest and a push story's parts."""

CONFTEST = """
from types import SimpleNamespace

import pytest
from okta_twilio_ivr.line import ServiceEndpoints, fake_line
from okta_twilio_ivr.world import line_settings
from ivr.app import create_app

@pytest.fixture
def more_settings():
    return {}

@pytest.fixture
def voice_app(okta, accounts, twilio_api, fake_session, voice_clock, more_settings):
    settings = line_settings({
        "IVR_PUBLIC_URL": "https://app.example",
        "TWILIO_ACCOUNT_SID": twilio_api.account_sid,
        "TWILIO_AUTH_TOKEN": twilio_api.auth_token,
        **more_settings,
    })
    way = ServiceEndpoints(okta.url, accounts.url, fake_session)
    fakes = SimpleNamespace(session=fake_session)
    return create_app(fake_line(settings, fakes, voice_clock.now, way, calls_back=True))

@pytest.fixture
def voice_path():
    return "/ivr/welcome"
"""
