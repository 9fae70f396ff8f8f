"""Trouble on demand: each is switched on and off while calls run, is named on the screen, and is told afterwards."""

from dataclasses import dataclass, field
from pathlib import Path

from simulator.callers.script.playing import run_call
from simulator.callers.script.reading import read_scripts
from simulator.errors import SimulatorError
from simulator.network import Trouble
from simulator.operator.journal import read_journal
from simulator.phone.sharing.page import page
from simulator.phone.sharing.script import script
from simulator.phone.sharing.story import stories
from tests.phone.bank import Branch
from tests.phone.visitor import Visitor, visiting

ORDER = ("webhook-slow", "webhook-500", "webhook-refused", "webhook-broken", "wrong-signature", "lost-push")


@dataclass
class Party:
    """A service behind the line that can be broken in two ways; to mend one mends all, as with a fake's faults."""

    broken: set[str] = field(default_factory=set)
    is_gone: bool = False

    def trouble(self, name: str) -> Trouble:
        async def begin() -> None:
            if self.is_gone:
                raise SimulatorError("no fake Okta answers")
            self.broken.add(name)

        async def end() -> None:
            self.broken.clear()

        return Trouble(name, f"Okta has {name}", begin, end, "Okta")


async def switch(visitor: Visitor, name: str) -> None:
    """Open the list, go to that trouble, switch it, close the list."""
    await visitor.press("b", "home", *["down"] * ORDER.index(name), "enter", "escape")


async def test_a_webhook_that_is_late_ends_the_call_as_twilio_does_and_the_inspector_says_why() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await switch(visitor, "webhook-slow")
        assert visitor.sees("↯ Webhook slow")
        await visitor.press("1", "i")
        await visitor.wait(14)
        assert not visitor.sees("11205")
        await visitor.wait(1)

        assert visitor.sees("11205")
        assert visitor.sees("did not answer within 15 s")
        assert visitor.sees("broken on purpose: Webhook slow")


async def test_status_500_and_broken_twiml_are_told_by_their_codes() -> None:
    for name, code in (("webhook-500", "11200"), ("webhook-broken", "12100"), ("webhook-refused", "11202")):
        async with visiting() as visitor:
            await switch(visitor, name)
            await visitor.press("c", "i")

            assert visitor.sees(code), name


async def test_what_is_mended_works_from_the_next_request_on() -> None:
    async with visiting() as visitor:
        await switch(visitor, "webhook-500")
        await visitor.press("c")
        await visitor.wait(4)
        assert visitor.sees("application error")
        await visitor.press("h")
        await switch(visitor, "webhook-500")
        assert not visitor.sees("↯ Webhook 500")
        await visitor.press("c")
        await visitor.wait(2)

        assert visitor.sees("Welcome to the bank.")


async def test_all_is_mended_by_one_key_or_one_click() -> None:
    async with visiting() as visitor:
        await switch(visitor, "webhook-slow")
        await switch(visitor, "wrong-signature")
        assert visitor.sees("↯ Webhook slow, Wrong signature")
        await visitor.press("B")
        assert not visitor.sees("↯")
        await switch(visitor, "webhook-slow")
        await visitor.click("#mend")

        assert not visitor.sees("↯")
        assert not any(offer.is_on for offer in visitor.session.troubles.offers)


async def test_webhooks_signed_by_somebody_else_do_not_bear_the_right_signature() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "h")
        await switch(visitor, "wrong-signature")
        await visitor.press("c")

        right, wrong = (
            dict(request.headers)["X-Twilio-Signature"]
            for request in visitor.session.traffic.requests.values()
            if request.url.endswith("/voice")
        )
        assert right != wrong
        assert len(right) == len(wrong)


async def test_a_lost_push_never_reaches_the_mobile_not_even_later() -> None:
    async with visiting() as visitor:
        await switch(visitor, "lost-push")
        await visitor.press("c", "3", "m")
        await visitor.wait(1)
        assert not visitor.sees("Okta Verify")
        await visitor.press("B")
        await visitor.wait(1)

        assert not visitor.sees("Okta Verify")


async def test_a_prompt_that_is_on_the_mobile_already_is_not_lost() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "3", "m")
        await switch(visitor, "lost-push")
        await visitor.wait(1)

        assert visitor.sees("5:00 left") or visitor.sees("4:59 left")


async def test_what_cannot_be_broken_here_says_why_and_is_not_in_the_palette() -> None:
    async with visiting(size=(160, 50)) as visitor:
        await visitor.press("b")
        assert visitor.sees("Okta down needs the demo, or --okta")
        await visitor.press("escape")

        titles = [command.title for command in visitor.app.get_system_commands(visitor.app.screen)]
        assert "Break: Webhook slow" in titles
        assert "Break: Okta down" not in titles


async def test_the_palette_breaks_and_mends() -> None:
    async with visiting() as visitor:
        for title in ("Break: Webhook 500", "Mend: Webhook 500"):
            commands = {each.title: each for each in visitor.app.get_system_commands(visitor.app.screen)}
            await commands[title].callback()
            await visitor.settle()

        assert not any(offer.is_on for offer in visitor.session.troubles.offers)


async def test_to_mend_one_trouble_of_a_party_leaves_its_others() -> None:
    okta = Party()
    async with visiting(Branch(troubles=(okta.trouble("okta-down"), okta.trouble("okta-slow")))) as visitor:
        await visitor.press("b", "home", "enter", "down", "enter")
        assert okta.broken == {"okta-down", "okta-slow"}
        await visitor.press("home", "enter", "escape")

        assert okta.broken == {"okta-slow"}
        assert visitor.sees("↯ Okta slow")


async def test_a_party_that_cannot_be_told_is_a_sentence() -> None:
    okta = Party(is_gone=True)
    async with visiting(Branch(troubles=(okta.trouble("okta-down"),))) as visitor:
        await visitor.press("b", "home", "enter", "escape")

        assert visitor.sees("no fake Okta answers")
        assert not visitor.sees("↯")


async def test_leaving_mends_what_was_broken() -> None:
    okta = Party()
    async with visiting(Branch(troubles=(okta.trouble("okta-down"),))) as visitor:
        await visitor.press("b", "home", "enter", "escape")
        assert okta.broken
        await visitor.press("ctrl+q")

    assert not okta.broken


async def test_an_exported_call_tells_the_trouble_of_its_time_only() -> None:
    async with visiting() as visitor:
        await switch(visitor, "webhook-slow")
        await switch(visitor, "webhook-slow")
        await switch(visitor, "wrong-signature")
        await visitor.press("c")
        await switch(visitor, "webhook-500")
        await visitor.press("1")
        await visitor.wait(60)
        await switch(visitor, "webhook-broken")

        (story,) = stories(visitor.session.story())
        written = page([story])
        assert "trouble: webhooks are signed with another token" in written
        assert "trouble: the application answers with status 500" in written
        assert "Broken on purpose: Wrong signature, Webhook 500" in written
        assert "given up" not in written
        assert "TwiML that is cut off" not in written


async def test_an_exported_script_makes_the_same_trouble_again(tmp_path: Path) -> None:
    async with visiting() as visitor:
        await switch(visitor, "wrong-signature")
        await switch(visitor, "lost-push")
        await visitor.press("c")
        await visitor.wait(6)
        await switch(visitor, "webhook-500")
        await visitor.press("1")
        await visitor.wait(60)
        written = script(stories(visitor.session.story()))

    assert 'trouble: ["wrong-signature"]\n' in written
    assert '  - break: "webhook-500"\n  - press: "1"\n' in written
    assert "# Not carried over: trouble of the handset itself (Okta Verify prompts never reach the mobile)" in written
    (tmp_path / "again.yaml").write_text(written)
    (again,) = read_scripts(tmp_path / "again.yaml")
    assert (await run_call(again, Branch())).message() is None


async def test_an_exported_script_breaks_as_many_webhooks_as_the_call_has_met(tmp_path: Path) -> None:
    """From a recorded journal, too: what is used up was not mended by anybody."""
    (tmp_path / "first.yaml").write_text(
        "trouble: {break: webhook-refused, times: 1}\n"
        'steps:\n- wait: 6\n- break: webhook-500\n  times: 1\n- press: "1"\n- wait: 60\n'
    )
    (first,) = read_scripts(tmp_path / "first.yaml")
    result = await run_call(first, Branch())
    (tmp_path / "calls.jsonl").write_text("\n".join(result.journal_lines()) + "\n")

    written = script(stories(read_journal(tmp_path / "calls.jsonl")))

    assert 'trouble: [{break: "webhook-refused", times: 1}]\n' in written
    assert '  - break: "webhook-500"\n    times: 1\n  - press: "1"\n' in written
    assert "mend" not in written
    (tmp_path / "again.yaml").write_text(written)
    (again,) = read_scripts(tmp_path / "again.yaml")
    assert (await run_call(again, Branch())).message() is None


async def test_several_troubles_fit_a_small_screen() -> None:
    async with visiting() as visitor:
        for name in ORDER[:4]:
            await switch(visitor, name)
        await visitor.press("c")
        visitor.compare("trouble-80x24")
        await visitor.press("b")

        visitor.compare("break-80x24")


async def test_trouble_and_another_phone_fit_a_small_screen() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0")
        await switch(visitor, "lost-push")

        visitor.compare("trouble-second-80x24")
