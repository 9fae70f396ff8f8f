"""The home page says what the line is, what to tell Twilio, and how its services are."""

from __future__ import annotations

import pytest

from tests.ivr.conftest import Build
from tests.ivr.handset import World


async def page(world: World, path: str = "/") -> str:
    response = await world.app.test_client().get(path, headers={"Host": "line.example"})
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    return str(await response.get_data(as_text=True))


@pytest.mark.parametrize("path", ["/", "/ivr"])
async def test_it_shows_the_line_and_the_webhook_to_configure(world: World, path: str) -> None:
    html = await page(world, path)

    for words in (
        "ATKO MOBILE",
        "<code>/ivr/welcome</code> (POST), at this line's public address (IVR_PUBLIC_URL is not set)",
        "fake",
        "Okta answers.",
        "This process&#x27;s memory.",
    ):
        assert words in html


async def test_it_shows_the_public_address_when_there_is_one(build: Build) -> None:
    html = await page(build(IVR_PUBLIC_URL="https://public.example"))

    assert "https://public.example/ivr/welcome" in html


async def test_it_shows_what_is_not_well_and_does_not_ask_again_at_every_reload(world: World) -> None:
    world.accounts.faults.fail_next(status=500)
    world.okta.faults.fail_next(status=503, times=1)

    first, second = await page(world), await page(world)

    for html in (first, second):
        assert "Okta answers with status 503." in html
        assert "The accounts API answers 500." in html
    world.clock.at += 16
    assert "Okta answers." in await page(world)


async def test_nothing_of_a_setting_or_a_header_becomes_markup(build: Build) -> None:
    world = build(APP_CUSTOMER_NAME="<script>alert(1)</script>")
    response = await world.app.test_client().get("/", headers={"Host": 'x"><script>'})

    assert "<script>" not in str(await response.get_data(as_text=True))


async def test_it_shows_no_secret(build: Build) -> None:
    world = build(TWILIO_AUTH_TOKEN="secretOfTwilio", OKTA_API_TOKEN="secretOfOkta")

    assert "secretOf" not in await page(world)
