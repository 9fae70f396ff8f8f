"""Time at the visitor's pace, and everything that can be done within reach."""

from simulator.phone.actions import ACTS
from simulator.phone.themes import DARK, LIGHT
from tests.phone.test_phone_differences import Scene, play
from tests.phone.visitor import visiting


async def test_time_can_stand_still_and_go_on() -> None:
    async with visiting() as visitor:
        await visitor.press("c")
        await visitor.wait(1)
        await visitor.press("space")
        visitor.tick.at += 100
        visitor.app.phone.draw()
        await visitor.settle()
        assert visitor.sees("in call 0:01")
        assert visitor.sees("paused")
        await visitor.press("space")
        visitor.tick.at += 1
        visitor.app.phone.draw()
        await visitor.settle()

        assert visitor.sees("in call 0:02")


async def test_time_can_run_four_times_as_fast() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "f")
        visitor.tick.at += 1
        visitor.app.phone.draw()
        await visitor.settle()

        assert visitor.sees("in call 0:04")
        assert visitor.sees("4×")


async def test_jumping_goes_to_what_happens_next() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "j")
        assert visitor.sees("Welcome to the bank. For your balance, press 1.")
        await visitor.press("j")

        assert visitor.sees("no answer in time")


async def test_jumping_stays_where_only_other_people_can_end_the_wait() -> None:
    session, call = await play(Scene('<Enqueue waitUrl="">support</Enqueue>'))
    before = session.now
    session.jump()

    assert call.is_up
    assert session.now == before


async def test_help_shows_every_key() -> None:
    async with visiting(size=(100, 70)) as visitor:
        await visitor.press("question_mark")
        for act in ACTS:
            assert visitor.sees(act.help)
        await visitor.press("question_mark")

        assert not visitor.sees("Let time stand still")


async def test_the_palette_offers_what_can_be_done_now() -> None:
    async with visiting() as visitor:
        commands = [command.title for command in visitor.app.get_system_commands(visitor.app.screen)]
        assert "Call" in commands
        assert "Hang up" not in commands
        await visitor.press("c")

        commands = [command.title for command in visitor.app.get_system_commands(visitor.app.screen)]
        assert "Hang up" in commands
        assert "Type code" not in commands


async def test_a_command_of_the_palette_does_what_its_key_does() -> None:
    async with visiting() as visitor:
        call = next(
            command for command in visitor.app.get_system_commands(visitor.app.screen) if command.title == "Call"
        )
        await call.callback()
        await visitor.settle()

        assert visitor.session.call_up is not None


async def test_the_theme_changes_between_light_and_dark() -> None:
    async with visiting(light=True) as visitor:
        assert visitor.app.theme == LIGHT.name
        await visitor.press("l")
        assert visitor.app.theme == DARK.name
        await visitor.press("l")

        assert visitor.app.theme == LIGHT.name


async def test_the_footer_names_what_can_be_done() -> None:
    async with visiting() as visitor:
        assert visitor.sees("c Call")
        await visitor.press("c")
        assert visitor.sees("h Hang up")
        assert not visitor.sees("c Call")
        await visitor.press("1")

        assert visitor.sees("t Type code")


async def test_a_request_is_selected_with_the_arrow_keys_or_a_click() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "i")
        assert visitor.sees("POST https://bank.example/menu")
        await visitor.press("up")
        assert visitor.sees("POST https://bank.example/voice")
        await visitor.pilot.click("#timeline", offset=(4, 1))
        await visitor.settle()

        assert visitor.sees("POST https://bank.example/menu")
