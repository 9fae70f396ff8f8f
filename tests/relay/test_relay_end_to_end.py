"""A call with an agent of ten lines, from the greeting to the handover, in this process."""

from tests.relay.agents import Agent, calling


async def test_an_echo_agent_is_heard_interrupted_typed_to_and_hands_over() -> None:
    agent = Agent()
    async with calling(agent) as (phone, _):
        assert await phone.until(lambda: phone.has_heard("welcome to the echo"))
        assert await phone.speak("good morning")
        assert await phone.until(lambda: phone.has_heard("you said good morning"))
        assert await phone.press("5")
        assert await phone.until(lambda: phone.has_heard("you pressed 5"))
        assert await phone.speak("bye")
        assert await phone.until(lambda: phone.has_heard("with a person now"))

    assert agent.kinds == ["setup", "prompt", "dtmf", "prompt"]
    (form,) = agent.forms
    assert (form["SessionStatus"], form["CallStatus"], form["HandoffData"]) == (
        "ended",
        "in-progress",
        '{"why": "bye"}',
    )
    assert form["SessionId"] == agent.of("setup")[0]["sessionId"]
    assert agent.closings == [(1000, "Closing websocket session")]
