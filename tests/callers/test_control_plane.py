"""`--okta`: the texts, prompts and clock of a fake Okta served over HTTP belong to the handset that calls."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from click.testing import CliRunner, Result

from fakes.doors import served
from fakes.okta import push, verify
from fakes.okta.app import create_app
from fakes.okta.records import Factor
from fakes.okta.state import Okta
from fakes.people import PEOPLE, seed_people
from fakes.people import TOM as TOM_TOTP
from okta_twilio_ivr.world import DirectTransport
from simulator.cli.phone import make_phone
from simulator.control_plane import ControlPlane, ControlPlaneError
from simulator.served_plane import HttpTransport, ServedPlane
from simulator.troubles import troubles_of
from tests.callers.line import Answer, Line, Page, Pages, Params, Play

JANE, JON, STRANGER = "+17735551234", "+17735555678", "+13125550100"
TOM, VIC = "+13055550182", "+16175550164"
START = 1_767_600_000.0


class Provider:
    """A fake Okta, what it would be asked by a line, and its address."""

    def __init__(self) -> None:
        self.okta = Okta(now=lambda: START, seed=1)
        seed_people(self.okta)
        self.app = create_app(self.okta)
        self.url = ""

    def send_code(self, phone: str, kind: str = "sms") -> None:
        verify.send_code(self.okta.org, self._factor(phone, kind))

    def send_prompt(self, phone: str, *, with_number: bool = False) -> str:
        """The id of the transaction."""
        factor = self._factor(phone, "push")
        user = self.okta.org.tables.users[factor.user_id]
        return push.start(self.okta.org, user, factor, with_number=with_number, origin="").id

    def result(self, transaction: str) -> str:
        return self.okta.org.tables.pushes[transaction].result

    def _factor(self, phone: str, kind: str) -> Factor:
        owner = next(person.id for person in PEOPLE if person.phone == phone)
        factors = self.okta.org.tables.factors.values()
        return next(each for each in factors if each.user_id == owner and each.type == kind)


def served_plane(url: str) -> ServedPlane:
    return ServedPlane(HttpTransport(url))


@pytest.fixture(params=["direct", "served"])
async def plane(request: pytest.FixtureRequest, provider: Provider) -> AsyncIterator[ControlPlane]:
    """The same other screen by both transports."""
    if request.param == "direct":
        yield ControlPlane({"Okta": DirectTransport(provider.app)})
    else:
        async with served_plane(provider.url) as served:
            yield served


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider()
    async with served(provider.app) as provider.url:
        yield provider


async def test_trouble_is_ordered_from_the_fake_and_ended_with_the_phone(provider: Provider) -> None:
    faults = provider.okta.faults
    async with served_plane(provider.url) as plane:
        down, slow, limited = troubles_of(plane)
        await down.begin()
        await slow.begin()
        await limited.begin()
        assert (len(faults.failures), len(faults.slow), len(faults.limits)) == (1, 1, 1)
        await slow.end()
        assert not [*faults.failures, *faults.slow, *faults.limits]
        await down.begin()

    assert not faults.failures


async def test_faults_of_others_stay_when_the_phone_has_ordered_none(provider: Provider) -> None:
    provider.okta.faults.fail_next(503)
    async with served_plane(provider.url):
        pass

    assert provider.okta.faults.failures


async def test_a_preference_is_read_and_changed_in_the_fake(plane: ControlPlane) -> None:
    before = await plane.preferred((JANE, JON, STRANGER))
    await plane.prefer(JANE, "push")

    assert before == {JANE: "sms", JON: "push"}
    assert await plane.choices() == ("sms", "push", "call", "totp")
    assert await plane.preferred((JANE,)) == {JANE: "push"}
    with pytest.raises(ControlPlaneError, match=re.escape(STRANGER)):
        await plane.prefer(STRANGER, "push")


@asynccontextmanager
async def no_okta() -> AsyncIterator[str]:
    async with served(Line({"/": Answer("hello", kind="text/html")})) as url:
        yield url


async def phone_call(play: Play, steps: str, pages: Pages, provider: Provider, *more: str) -> Result:
    """`phone call --url … --okta …` against these pages over HTTP."""
    async with served(Line(pages)) as address:
        arguments = ["call", str(play.write(steps)), "--url", f"{address}/voice", "--okta", provider.url, *more]
        return await asyncio.to_thread(CliRunner().invoke, make_phone(), arguments)


async def test_spoken_and_shown_codes_are_read_by_number(provider: Provider, plane: ControlPlane) -> None:
    provider.send_code(VIC, "call")

    (call,) = await plane.spoken(VIC)
    shown = await plane.shown(TOM)
    nobody_s = (await plane.spoken(JANE), await plane.shown(JANE), await plane.shown(STRANGER))

    assert call.body.startswith("A voice calls: Your verification code is")
    assert shown is not None
    assert shown.code == provider.okta.totp(TOM_TOTP.id)
    assert shown.expires_at == START + 30
    assert nobody_s == ([], None, None)


async def test_texts_are_read_by_number(provider: Provider, plane: ControlPlane) -> None:
    provider.send_code(JANE)

    (text,) = await plane.texts(JANE)

    assert await plane.texts(JON) == []
    assert text.code is not None
    assert text.code in text.body
    assert (text.to, text.at) == (JANE, START)


async def test_prompts_are_read_and_answered_by_number(provider: Provider, plane: ControlPlane) -> None:
    transaction = provider.send_prompt(JON)

    nobody_s = (await plane.prompts(JANE), await plane.prompts(STRANGER))
    (prompt,) = await plane.prompts(JON)
    await plane.answer(JON, prompt, approve=True)

    assert nobody_s == ([], [])
    assert await plane.prompts(JON) == []
    assert (prompt.id, prompt.created, prompt.choices) == (transaction, START, ())
    assert provider.result(transaction) == "SUCCESS"


async def test_an_answer_that_the_fake_refuses_is_told(provider: Provider, plane: ControlPlane) -> None:
    provider.send_prompt(JON, with_number=True)

    (prompt,) = await plane.prompts(JON)
    with pytest.raises(ControlPlaneError, match="this prompt wants one of its three numbers"):
        await plane.answer(JON, prompt, approve=True)
    with pytest.raises(ControlPlaneError, match=re.escape(STRANGER)):
        await plane.answer(STRANGER, prompt, approve=True)


async def test_a_served_fake_is_named_with_what_it_refuses(provider: Provider) -> None:
    provider.send_prompt(JON, with_number=True)

    async with served_plane(provider.url) as plane:
        (prompt,) = await plane.prompts(JON)
        with pytest.raises(
            ControlPlaneError, match=r"127\.0\.0\.1:\d+/_fake/push/\w+/approve answered 400: this prompt"
        ):
            await plane.answer(JON, prompt, approve=True)
        with pytest.raises(ControlPlaneError, match="knows nobody with the number"):
            await plane.answer(STRANGER, prompt, approve=True)


async def test_where_no_fake_okta_answers_it_is_told_at_once() -> None:
    async with no_okta() as url:
        with pytest.raises(ControlPlaneError, match="answered 404: no fake Okta with a control plane is there"):
            await served_plane(url).__aenter__()

    with pytest.raises(ControlPlaneError, match=f"no fake Okta answers at {url}"):
        await served_plane(url).__aenter__()


async def test_a_script_presses_the_code_that_the_served_fake_delivered(play: Play, provider: Provider) -> None:
    def ask(_: Params) -> str:
        provider.send_code(JANE)
        return '<Gather numDigits="6" action="/check"/>'

    def check(params: Params) -> str:
        code = provider.okta.texts(JANE)[-1].code
        return "<Say>Right.</Say>" if params["Digits"] == code else "<Say>Wrong.</Say>"

    result = await phone_call(play, '- press: "${sms_code}"\n- hear: right', {"/voice": ask, "/check": check}, provider)

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("answer", "expected"), [("approve", "SUCCESS"), ("deny", "REJECTED")])
async def test_a_script_answers_the_prompt_of_the_served_fake(
    play: Play, provider: Provider, answer: str, expected: str
) -> None:
    sent: list[str] = []

    def ask(_: Params) -> str:
        sent.append(provider.send_prompt(JON))
        return "<Redirect>/poll</Redirect>"

    steps = f"- push: {answer}\n- hear: {expected}\n- expect_end: completed"
    pages: Pages = {
        "/voice": "<Pause length='2'/><Redirect>/ask</Redirect>",
        "/ask": ask,
        "/poll": _poll(provider, sent),
    }

    result = await phone_call(play, steps, pages, provider, "--from", JON)

    assert result.exit_code == 0, result.output


async def test_a_prompt_that_an_earlier_call_left_is_not_answered(play: Play, provider: Provider) -> None:
    """It waits for five minutes, and swallowed the answer that was meant for the prompt of the next call."""
    sent = [provider.send_prompt(JON)]

    def ask(_: Params) -> str:
        sent.append(provider.send_prompt(JON))
        return "<Redirect>/poll</Redirect>"

    pages: Pages = {"/voice": "<Redirect>/ask</Redirect>", "/ask": ask, "/poll": _poll(provider, sent)}

    result = await phone_call(play, "- push: approve\n- hear: SUCCESS", pages, provider, "--from", JON)

    assert result.exit_code == 0, result.output
    assert provider.result(sent[0]) == "WAITING"


async def test_the_spoken_number_is_tapped_on_the_served_fake(play: Play, provider: Provider) -> None:
    sent: list[str] = []

    def ask(_: Params) -> str:
        sent.append(provider.send_prompt(JON, with_number=True))
        number = provider.okta.org.tables.pushes[sent[0]].number
        return f"<Say>Choose the number {number}.</Say><Redirect>/poll</Redirect>"

    steps = "- push: approve\n- hear: SUCCESS"

    result = await phone_call(play, steps, {"/voice": ask, "/poll": _poll(provider, sent)}, provider, "--from", JON)

    assert result.exit_code == 0, result.output


async def test_the_clock_of_the_fake_moves_with_virtual_time(play: Play, provider: Provider) -> None:
    """Half a minute on the line is half a minute for Okta: a second code may be sent, the first prompt expires."""
    told: list[float] = []

    def note(_: Params) -> str:
        told.append(provider.okta.now() - START)
        return "<Pause length='31'/><Redirect>/again</Redirect>" if len(told) < 3 else "<Say>Done.</Say>"

    result = await phone_call(play, "- hear: done", {"/voice": note, "/again": note}, provider)

    assert result.exit_code == 0, result.output
    assert told == [0.0, 31.0, 62.0]


async def test_a_wrong_okta_address_is_one_sentence_and_exit_code_2(play: Play, provider: Provider) -> None:
    async with no_okta() as url:
        provider.url = url
        result = await phone_call(play, "- hear: hi", {"/voice": "<Say>Hi</Say>"}, provider)

    assert result.exit_code == 2
    assert result.stderr == f"phone: GET {url}/_fake/state answered 404: no fake Okta with a control plane is there\n"


def _poll(provider: Provider, sent: list[str]) -> Page:
    def poll(_: Params) -> str:
        result = provider.result(sent[-1])
        return f"<Say>{result}</Say>" if result != "WAITING" else "<Pause length='4'/><Redirect>/poll</Redirect>"

    return poll


async def test_what_the_application_asked_the_fake_is_known_since_the_last_look(provider: Provider) -> None:
    headers = {"Authorization": f"SSWS {provider.okta.org.api_token}"}
    async with aiohttp.ClientSession() as application, served_plane(provider.url) as plane:
        assert await plane.calls_made() == []
        async with application.get(f"{provider.url}/api/v1/users/nobody", headers=headers):
            pass

        (call,) = await plane.calls_made()

        assert (call.party, call.method, call.path, call.status) == ("Okta", "GET", "/api/v1/users/nobody", 404)
        assert call.note.startswith("E0000007")
        assert await plane.calls_made() == []
