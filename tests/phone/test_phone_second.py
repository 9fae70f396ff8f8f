"""The phone of somebody else whom the line dials: it rings beside the caller's, and can be answered or not."""

from simulator.timeline.conversation import Note
from simulator.vocabulary import Declined
from tests.phone.bank import AGENT
from tests.phone.test_phone_differences import Scene, play
from tests.phone.visitor import visiting


async def test_the_other_phone_rings_and_is_answered() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0")
        assert visitor.sees("the line rings +1 312-555-0111")
        assert visitor.sees("Amy Agent +1 312-555-0111 rings")
        await visitor.press("y")
        await visitor.wait(2)

        assert visitor.sees("connected with +1 312-555-0111")
        assert visitor.sees("on the line 0:02")


async def test_the_other_phone_hangs_up_and_the_line_hears_of_it() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0", "y", "k")

        assert visitor.bank.requests[-1][0] == "/dialled" or visitor.bank.requests[-2][0] == "/dialled"
        assert visitor.session.second is None
        assert not visitor.sees(AGENT.name)


async def test_the_other_phone_is_declined_by_mouse() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0")
        await visitor.click("#decline")

        dialled = next(params for path, params in visitor.bank.requests if path == "/dialled")
        assert dialled["DialCallStatus"] == "busy"
        assert Declined("declined") in [entry.item for entry in visitor.session.network.operator.journal.entries]


async def test_the_other_persons_side_can_be_looked_at() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0", "y", "right_square_bracket")

        assert visitor.sees("connected with +1 773-555-1234")
        assert visitor.sees("Amy Agent's mobile") or visitor.sees("Amy Agent")


async def test_both_phones_fit_the_smallest_screen() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "0")

        visitor.compare("second-80x24")


async def test_a_text_of_the_line_itself_is_on_the_mobile() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "*", "m")
        await visitor.wait(1)

        assert visitor.sees("Thank you for calling.")


async def test_words_are_spoken_into_a_recording() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "*")
        assert visitor.sees("records until a key")
        await visitor.press("w", *"hello", "enter")
        await visitor.wait(10)

        assert any(path == "/kept" for path, _ in visitor.bank.requests)


async def test_what_reaches_the_far_end_beside_the_call_is_shown_there() -> None:
    client = '<Dial><Client><Identity>joey</Identity><Parameter name="room" value="5"/></Client></Dial>'
    session, _ = await play(Scene(client))

    assert session.second is not None
    assert "comes with room: 5" in [item.text for item in session.second.talk.items if isinstance(item, Note)]
