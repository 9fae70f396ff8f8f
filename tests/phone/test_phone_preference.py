"""Which factor a person prefers is changed from the phone, where the network has a directory to change it in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.errors import SimulatorError
from tests.phone.bank import ANN, BOB, Branch
from tests.phone.visitor import visiting


@dataclass
class Directory:
    """Knows Ann and Bob."""

    held: dict[str, str | None] = field(default_factory=lambda: {ANN.number: "sms", BOB.number: None})
    is_gone: bool = False

    async def choices(self) -> tuple[str, ...]:
        return ("sms", "push", "call")

    async def preferred(self, numbers: Sequence[str]) -> dict[str, str | None]:
        if self.is_gone:
            raise SimulatorError("no fake Okta answers")
        return {number: self.held[number] for number in numbers if number in self.held}

    async def prefer(self, number: str, factor: str | None) -> None:
        self.held[number] = factor


async def test_the_person_under_the_cursor_gets_the_next_factor_and_it_is_undone() -> None:
    directory = Directory()
    async with visiting(Branch(preferences=directory)) as visitor:
        await visitor.press("p")
        assert visitor.sees("prefers SMS")
        assert visitor.sees("prefers nothing set")
        visitor.compare("preference-80x24")
        await visitor.press("f", "down", "f")
        assert directory.held == {ANN.number: "push", BOB.number: "sms"}
        assert visitor.sees("prefers Okta Verify push")
        await visitor.press("u")

        assert directory.held == {ANN.number: "sms", BOB.number: None}


async def test_it_is_changed_and_undone_by_mouse() -> None:
    directory = Directory()
    async with visiting(Branch(preferences=directory)) as visitor:
        await visitor.press("p")
        await visitor.click("#change-factor")
        assert directory.held[ANN.number] == "push"
        await visitor.click("#undo-factors")

        assert directory.held[ANN.number] == "sms"


async def test_a_person_whom_the_directory_does_not_know_has_nothing_to_change() -> None:
    directory = Directory()
    async with visiting(Branch(preferences=directory)) as visitor:
        await visitor.press("p", "down", "down", "f")

        assert directory.held == {ANN.number: "sms", BOB.number: None}


async def test_the_palette_sets_what_the_next_caller_prefers() -> None:
    directory = Directory()
    async with visiting(Branch(preferences=directory)) as visitor:
        commands = {each.title: each for each in visitor.app.get_system_commands(visitor.app.screen)}
        await commands["Prefer: voice call"].callback()
        await visitor.settle()

        assert directory.held[ANN.number] == "call"
        assert visitor.sees("Ann Example: voice call first")


async def test_a_directory_that_does_not_answer_is_a_sentence_and_callers_can_be_chosen_all_the_same() -> None:
    async with visiting(Branch(preferences=Directory(is_gone=True))) as visitor:
        await visitor.press("p", "down", "enter")

        assert visitor.session.caller == BOB.number
        assert visitor.sees("no fake Okta answers")


async def test_without_a_directory_nothing_is_offered() -> None:
    async with visiting() as visitor:
        titles = [command.title for command in visitor.app.get_system_commands(visitor.app.screen)]
        assert not any(title.startswith("Prefer") for title in titles)
        await visitor.press("p", "f", "u")

        assert visitor.sees("Who is calling?")
        assert not visitor.sees("prefers")
