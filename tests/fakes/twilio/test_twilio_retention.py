"""A long load test fills no memory: what is over is forgotten some day, what goes on never."""

from fakes.twilio.network import CallNews
from fakes.twilio.records import MOST_KEPT
from fakes.twilio.state import Twilio
from tests.fakes.twilio.account_door import OURS, THEIRS


def test_calls_that_are_over_are_forgotten_but_none_that_is_up() -> None:
    twilio = Twilio(now=lambda: 0.0)
    twilio.report(CallNews("CAup", "in-progress", THEIRS, OURS, "inbound"))
    for number in range(2 * MOST_KEPT):
        twilio.report(CallNews(f"CA{number}", "in-progress", THEIRS, OURS, "inbound"))
        twilio.report(CallNews(f"CA{number}", "completed"))

    calls = twilio.account.tables.calls
    assert MOST_KEPT <= len(calls) <= 1.5 * MOST_KEPT
    assert "CA0" not in calls
    assert twilio.call("CAup").is_live
    assert twilio.call(f"CA{2 * MOST_KEPT - 1}").status == "completed"


def test_messages_are_forgotten_but_not_the_newest() -> None:
    twilio = Twilio(now=lambda: 0.0)
    for number in range(2 * MOST_KEPT):
        twilio.sent(f"SM{number}", THEIRS, OURS, "Hi")

    messages = twilio.account.tables.messages
    assert MOST_KEPT <= len(messages) <= 1.5 * MOST_KEPT
    assert "SM0" not in messages
    assert messages[f"SM{2 * MOST_KEPT - 1}"].status == "delivered"
