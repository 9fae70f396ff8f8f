"""`CallerMachine`: finds what is wrong with a line within bounded steps, finds nothing where nothing is wrong."""

from contextlib import AbstractAsyncContextManager

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

from okta_twilio_ivr.replays import replayed_demo
from simulator.errors import WrongUseError
from simulator.mobile import Mobile
from simulator.network import Network
from simulator.operator.clock import Clock
from simulator.testing import strategies
from simulator.testing.machine import CallerMachine
from simulator.vocabulary import Ask
from tests.callers.line import HandMobile
from tests.testing_kit.lines import BAD, GOOD, wsgi

SEARCHING = settings(
    max_examples=15, stateful_step_count=20, database=None, deadline=None, phases=[Phase.generate], derandomize=True
)
FINDING = settings(SEARCHING, max_examples=300, stateful_step_count=12)
MOST_SPELLS = 5
"""What Hypothesis draws depends on what else is loaded: mostly the first spell meets everything, now and then not."""


class OfGood(CallerMachine):
    """Of the line that is right."""

    callers = strategies.callers("US")

    def voice_app(self) -> object:
        return wsgi(GOOD)


class OfBad(OfGood):
    """Of the line that stumbles over some codes."""

    def voice_app(self) -> object:
        return wsgi(BAD)


def told(error: BaseException) -> str:
    return "\n".join([str(error), *getattr(error, "__notes__", ())])


def test_a_line_that_is_right_passes() -> None:
    run_state_machine_as_test(OfGood, settings=SEARCHING)


def test_the_bug_is_found_and_the_call_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError) as raised:
        run_state_machine_as_test(OfBad, settings=FINDING)

    shown = told(raised.value) + capsys.readouterr().out
    assert "the call ended with an application error: 11200" in shown
    assert "state.press" in shown
    assert "POST https://app.example/code Digits=" in shown
    assert "caller       presses 1" in shown
    assert "requests:\n  POST https://app.example/voice -> 200  AccountSid=" in shown


def test_an_invariant_of_one_s_own_is_held_against_every_call() -> None:
    class NothingSaid(OfGood):
        @invariant()
        def nobody_hears_a_balance(self) -> None:
            assert not any("142 dollars" in words for words in self.prompts), self.transcript

    with pytest.raises(AssertionError, match=r"/code Digits=\S+ -> 200"):
        run_state_machine_as_test(NothingSaid, settings=FINDING)


def test_what_a_caller_does_comes_from_what_the_call_waits_for() -> None:
    seen: set[str] = set()

    class Watching(OfGood):
        def teardown(self) -> None:
            seen.update(type(entry.item).__name__ for entry in self._phone.entries)
            super().teardown()

    wanted = {"Pressed", "StoppedListening", "HungUp", "Answered", "Declined", "Bridged"}
    for number in range(MOST_SPELLS):
        run_state_machine_as_test(seed(number)(Watching), settings=settings(SEARCHING, max_examples=25))
        if wanted <= seen:
            break

    assert wanted <= seen
    assert "Ignored" not in seen, "nothing is pressed that nobody listens for"


def test_a_prompt_from_before_the_call_is_never_answered() -> None:
    """A served Okta keeps one that nobody has answered for five minutes."""
    mobile = HandMobile()
    mobile.prompt("of an earlier call")

    class WithMobile(OfGood):
        def mobile(self) -> Mobile:
            return mobile

    run_state_machine_as_test(WithMobile, settings=SEARCHING)

    assert mobile.answered == []


def test_without_an_application_the_remedy_is_said() -> None:
    with pytest.raises(WrongUseError, match="Define voice_app in CallerMachine"):
        run_state_machine_as_test(CallerMachine, settings=SEARCHING)


DEMO = replayed_demo()


class OfTheDemo(CallerMachine):
    """The demo's line, called by its people; the fakes are made anew for every run."""

    callers = st.sampled_from(["+17735551234", "+17735555678"])
    hang_up = None  # type: ignore[assignment]  # they shall come far: Hypothesis takes the rule away
    seed = 0

    def open_network(self, clock: Clock, *, seed: int = 0) -> AbstractAsyncContextManager[Network]:
        return DEMO(clock, seed=seed)

    @invariant()
    def nobody_reaches_the_account_without_a_factor(self) -> None:
        paths = [request.path for request in self.requests]
        behind = [number for number, path in enumerate(paths) if path.startswith("/ivr/account_")]
        if behind:
            before = paths[: behind[0]]
            assert "/ivr/verify_sms" in before or "/ivr/verify_okta_push" in before, self.transcript

    @invariant()
    def nothing_private_is_said_to_those_who_are_not_through(self) -> None:
        if not any(request.path.startswith("/ivr/account_") for request in self.requests):
            assert not any("dollars" in words for words in self.prompts), self.transcript


def test_no_caller_of_the_demo_gets_around_the_factor() -> None:
    reached: set[str] = set()

    class Noting(OfTheDemo):
        def teardown(self) -> None:
            reached.update(
                entry.item.url.partition(".example")[2] for entry in self._phone.entries if isinstance(entry.item, Ask)
            )
            super().teardown()

    wanted = {"/ivr/verify_sms", "/ivr/verify_okta_push", "/ivr/account_welcome"}
    for number in range(MOST_SPELLS):
        how = settings(SEARCHING, max_examples=20, stateful_step_count=25)
        run_state_machine_as_test(seed(number)(Noting), settings=how)
        if wanted <= reached:
            break

    assert wanted <= reached, "the machine comes far enough"
