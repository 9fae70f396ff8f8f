"""The caller's other screen: codes from text messages and Okta Verify prompts."""

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from tests.callers.line import HandMobile, Line, Page, Pages, Params, Play, open_line, told

ASK_CODE = '<Gather numDigits="6" action="/check"><Say>Enter the code.</Say></Gather>'


class Sending(HandMobile):
    """Delivers a code with the second document, as a line that is asked for one would."""

    def page(self, _: Params) -> str:
        self.deliver("482913")
        return ASK_CODE


async def test_the_newest_code_is_pressed(play: Play) -> None:
    mobile = HandMobile()
    mobile.deliver("111111")
    mobile.deliver("222222")
    mobile.deliver("333333", number="+14155550143")
    pages: Pages = {"/voice": ASK_CODE, "/check": lambda params: f"<Say>{params['Digits']}</Say>"}

    assert (await play('- press: "${sms_code}"\n- hear: 222222', pages, mobile=mobile)).ok


async def test_the_code_is_looked_up_only_when_the_call_listens(play: Play) -> None:
    """The second document, which sends the code, is fetched while the step already runs."""
    mobile = Sending()
    pages: Pages = {
        "/voice": "<Say>I send you a code.</Say><Redirect>/ask</Redirect>",
        "/ask": mobile.page,
        "/check": "<Say>Right.</Say>",
    }

    result = await play('- press: "${sms_code}#"\n- hear: right', pages, mobile=mobile)

    assert result.message() is None


async def test_a_variable_may_hold_the_code(play: Play) -> None:
    mobile = HandMobile()
    mobile.deliver("482913")
    path = play.folder / "vars.yaml"
    path.write_text('vars: {typed: "${sms_code}#"}\nsteps: [{press: "${typed}"}]')

    (script,) = read_scripts(path)
    result = await run_call(script, open_line(Line({"/voice": ASK_CODE, "/check": "<Say>Right</Say>"}), mobile))

    assert result.ok


async def test_without_a_code_the_step_says_so(play: Play) -> None:
    none = await play('- press: "${sms_code}"', ASK_CODE, mobile=HandMobile())
    unseen = await play('- press: "${sms_code}"', ASK_CODE)

    assert "no code has been delivered to +17735551234" in told(none)
    assert "nearest: no text message arrived" in told(none)
    assert "the texts of this application's identity provider cannot be seen from here" in told(unseen)


def polling(mobile: HandMobile) -> Pages:
    """A line that sends a prompt with its second document, then looks every five seconds for an answer."""

    def send(_: Params) -> str:
        mobile.prompt("first")
        return "<Redirect>/poll</Redirect>"

    def poll(_: Params) -> str:
        if not mobile.answered:
            return '<Pause length="5"/><Redirect>/poll</Redirect>'
        return "<Say>Approved.</Say>" if mobile.answered[-1][1] else "<Say>Denied.</Say>"

    return {"/voice": '<Say>Hello.</Say><Pause length="20"/><Redirect>/send</Redirect>', "/send": send, "/poll": poll}


async def test_an_answer_given_before_the_prompt_arrives_is_for_the_next_one(play: Play) -> None:
    mobile = HandMobile()

    result = await play("- push: approve\n- hear: approved", polling(mobile), mobile=mobile)

    assert result.message() is None
    assert mobile.answered == [("first", True, None)]


async def test_a_prompt_that_waits_is_answered_at_once(play: Play) -> None:
    mobile = HandMobile()
    steps = """
        - expect_request: {path: /poll}
        - push: deny
        - hear: denied
    """

    result = await play(steps, polling(mobile), mobile=mobile)

    assert result.message() is None
    assert mobile.answered == [("first", False, None)]


async def test_an_answer_reaches_a_line_that_polls_while_time_passes(play: Play) -> None:
    mobile = HandMobile()

    result = await play("- push: approve\n- wait: 60\n- hear: approved", polling(mobile), mobile=mobile)

    assert result.message() is None


async def test_an_ignored_prompt_stays_and_may_be_answered_later(play: Play) -> None:
    mobile = HandMobile()
    steps = """
        - push: ignore
        - wait: 40
        - not_hear: approved
        - push: approve
        - timeout: true
        - hear: approved
    """

    result = await play(steps, {**polling(mobile), "/poll": _asks_then_polls(mobile)}, mobile=mobile)

    assert result.message() is None


def _asks_then_polls(mobile: HandMobile) -> Page:
    def poll(_: Params) -> str:
        if mobile.answered:
            return "<Say>Approved.</Say>"
        return '<Gather timeout="5"/><Redirect>/poll</Redirect>'

    return poll


async def test_answers_given_in_advance_are_for_one_prompt_each(play: Play) -> None:
    mobile = HandMobile()

    def send(params: Params) -> str:
        mobile.prompt(params["name"])
        return (
            "<Pause length='5'/><Redirect>/send?name=second</Redirect>"
            if params["name"] == "first"
            else "<Say>Hi</Say>"
        )

    pages: Pages = {"/voice": "<Pause length='5'/><Redirect>/send?name=first</Redirect>", "/send": send}

    result = await play("- push: ignore\n- push: deny\n- hear: hi", pages, mobile=mobile)

    assert result.message() is None
    assert mobile.answered == [("second", False, None)]


def offering(mobile: HandMobile, document: str) -> Pages:
    """A line that sends a prompt with three numbers, and says this."""

    def send(_: Params) -> str:
        mobile.prompt("choose", 12, 72, 90)
        return document

    return {"/voice": send}


async def test_the_given_number_is_tapped(play: Play) -> None:
    mobile = HandMobile()

    assert (await play("- {push: approve, number: 72}", offering(mobile, "<Say>Hi</Say>"), mobile=mobile)).ok
    assert mobile.answered == [("choose", True, 72)]


async def test_without_a_given_number_the_spoken_one_is_tapped(play: Play) -> None:
    mobile = HandMobile()
    pages = offering(mobile, "<Say>Choose 72. To stop, press 9.</Say><Pause length='5'/>")

    assert (await play("- push: approve\n- expect_end: completed", pages, mobile=mobile)).ok
    assert mobile.answered == [("choose", True, 72)]


async def test_a_prompt_of_an_earlier_call_swallows_no_answer(play: Play) -> None:
    """A served Okta keeps a prompt that nobody has answered for five minutes."""
    mobile = HandMobile()
    mobile.prompt("of an earlier call")

    result = await play("- push: approve\n- hear: approved", polling(mobile), mobile=mobile)

    assert result.message() is None
    assert mobile.answered == [("first", True, None)]


async def test_a_prompt_of_an_earlier_call_is_no_prompt_of_this_one(play: Play) -> None:
    mobile = HandMobile()
    mobile.prompt("of an earlier call")

    result = await play("- push: approve", "<Say>Hi</Say>", mobile=mobile)

    assert "no Okta Verify prompt for +17735551234 could be answered" in told(result)
    assert mobile.answered == []


async def test_for_a_called_party_the_call_begins_when_they_answer(play: Play) -> None:
    mobile = HandMobile()

    def send(_: Params) -> str:
        mobile.prompt("before they answered")
        return "<Dial>+13125550111</Dial>"

    result = await play("- callee:\n    - push: approve", {"/voice": send}, mobile=mobile)

    assert "no Okta Verify prompt for +13125550111 could be answered" in told(result)


async def test_an_approval_that_found_no_prompt_fails_the_call(play: Play) -> None:
    result = await play("- push: approve\n- hear: hi", "<Say>Hi</Say>", mobile=HandMobile())

    assert "script.yaml:3, step 1" in told(result)
    assert "no Okta Verify prompt for +17735551234 could be answered: the call had ended (completed)" in told(result)


async def test_where_no_prompt_can_be_seen_a_push_step_says_so(play: Play) -> None:
    result = await play("- push: deny", "<Say>Hi</Say>")

    assert "no Okta Verify prompt can be seen from here" in told(result)


async def test_the_transcript_shows_the_answer_to_a_prompt(play: Play) -> None:
    mobile = HandMobile()

    result = await play(
        "- push: approve\n- hear: denied",
        polling(mobile),
        mobile=mobile,
        settings=Settings(is_strict=True),
    )

    assert "caller       approves the Okta Verify prompt" in told(result)
