"""The main states of the screen as text that a person has read; `PHONE_GOLDEN_UPDATE=1` writes them anew."""

import pytest

from tests.phone.visitor import visiting

SIZES = {"80x24": (80, 24), "160x50": (160, 50)}
in_both_sizes = pytest.mark.parametrize("size", SIZES)


@in_both_sizes
async def test_ready(size: str) -> None:
    async with visiting(size=SIZES[size]) as visitor:
        visitor.compare(f"ready-{size}")


@in_both_sizes
async def test_a_prompt_cut_off_and_a_code_on_its_way(size: str) -> None:
    async with visiting(size=SIZES[size]) as visitor:
        await visitor.press("c")
        await visitor.wait(2.3)
        await visitor.press("1")
        await visitor.wait(1.4)

        visitor.compare(f"code-sent-{size}")


@in_both_sizes
async def test_who_told_whom_what(size: str) -> None:
    async with visiting(size=SIZES[size]) as visitor:
        await visitor.press("c", "1", "t", "s")
        await visitor.wait(3)

        visitor.compare(f"sequence-{size}")


@in_both_sizes
async def test_a_document_with_mistakes(size: str) -> None:
    async with visiting(size=SIZES[size]) as visitor:
        await visitor.press("c", "4", "i")
        await visitor.wait(1)

        visitor.compare(f"mistakes-{size}")


async def test_a_text_on_the_mobile() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1", "m")

        visitor.compare("mobile-80x24")


async def test_a_text_on_the_mobile_beside_the_conversation() -> None:
    async with visiting(size=(140, 24)) as visitor:
        await visitor.press("c", "1", "m")

        visitor.compare("mobile-140x24")


async def test_a_prompt_with_numbers() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "7", "m")
        await visitor.wait(4)
        visitor.compare("prompt-80x24")
        await visitor.press("a")

        visitor.compare("number-80x24")


async def test_proven_and_told() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "1")
        await visitor.wait(4)
        await visitor.press("t")
        await visitor.wait(30)

        visitor.compare("ended-80x24")


async def test_a_dead_application() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "2", "i")
        await visitor.wait(2)

        visitor.compare("dead-80x24")


async def test_choosing_who_calls() -> None:
    async with visiting() as visitor:
        await visitor.press("p")

        visitor.compare("caller-80x24")


async def test_keeping_the_call() -> None:
    async with visiting() as visitor:
        await visitor.press("c", "x")

        visitor.compare("keep-80x24")


async def test_help() -> None:
    async with visiting() as visitor:
        await visitor.press("question_mark")

        visitor.compare("help-80x24")
