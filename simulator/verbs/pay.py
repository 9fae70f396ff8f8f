"""`<Pay>` and its `<Prompt>`: read and checked, never run; nobody should type a card number into a simulator.

Source: Twilio docs, TwiML Pay; the attributes of Twilio's own TwiML builder.
"""

from simulator.twiml.attributes import (
    LANGUAGE,
    METHOD,
    Finding,
    InvalidValueError,
    Reader,
    anything,
    attribute,
    boolean,
    matching,
    one_of,
    read_attributes,
    whole_number,
)
from simulator.twiml.content import expect_children, expect_no_text
from simulator.twiml.parse import Element
from simulator.values import frozen
from simulator.verbs import pause, play, say
from simulator.verbs.script import Flow, Leg, Stop
from simulator.vocabulary import Method


def some_of(*words: str) -> Reader[str]:
    """Some of the words, with spaces between them."""

    def read(text: str) -> str:
        if not text.split() or not set(text.split()) <= set(words):
            raise InvalidValueError
        return " ".join(text.split())

    return read


_CARDS = (
    "visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute",
)  # fmt: skip


@frozen
class Pay:
    """How a payment would be taken; the attributes of Twilio's page."""

    line: int
    input: str = attribute("input", one_of("dtmf"), default="dtmf")
    action: str = attribute("action", anything, default="", invalid=11100)
    bank_account_type: str = attribute(
        "bankAccountType",
        one_of("consumer-checking", "consumer-savings", "commercial-checking", "commercial-savings"),
        default="consumer-checking",
    )
    status_callback: str = attribute("statusCallback", anything, default="", invalid=11100)
    status_callback_method: Method = attribute("statusCallbackMethod", METHOD, default="POST")
    timeout: int = attribute("timeout", whole_number(1), default=5)
    max_attempts: int = attribute("maxAttempts", whole_number(1, 3), default=1)
    security_code: bool = attribute("securityCode", boolean, default=True)
    postal_code: str = attribute("postalCode", matching(r"true|false|[A-Za-z0-9 -]+"), default="true")
    min_postal_code_length: int = attribute("minPostalCodeLength", whole_number(0), default=0)
    payment_connector: str = attribute("paymentConnector", anything, default="Default")
    payment_method: str = attribute("paymentMethod", one_of("credit-card", "ach-debit"), default="credit-card")
    token_type: str = attribute("tokenType", one_of("one-time", "reusable", "payment-method"), default="reusable")
    charge_amount: str = attribute("chargeAmount", matching(r"[0-9]+(\.[0-9]+)?"), default="0")
    currency: str = attribute("currency", matching(r"[A-Za-z]{3}"), default="usd")
    description: str = attribute("description", anything, default="")
    valid_card_types: str = attribute("validCardTypes", some_of(*_CARDS), default="visa mastercard amex")
    language: str = attribute("language", LANGUAGE, default="en-US")


@frozen
class Prompt:
    """What Pay would say at one of its questions; the attributes of Twilio's page."""

    line: int
    asks_for: str = attribute(
        "for",
        one_of(
            "payment-card-number",
            "expiration-date",
            "security-code",
            "postal-code",
            "payment-processing",
            "bank-account-number",
            "bank-routing-number",
        ),
        default="",
    )
    error_type: str = attribute(
        "errorType",
        some_of(
            "timeout",
            "invalid-card-number",
            "invalid-card-type",
            "invalid-date",
            "invalid-security-code",
            "invalid-postal-code",
            "invalid-bank-account-number",
            "invalid-bank-routing-number",
            "input-matching-failed",
        ),
        default="",
    )
    card_type: str = attribute("cardType", some_of(*_CARDS), default="")
    attempt: str = attribute("attempt", matching(r"[1-9]( [1-9])*"), default="")
    require_matching_inputs: bool = attribute("requireMatchingInputs", boolean, default=False)


_SPOKEN = {"Say": say.read, "Play": play.read, "Pause": pause.read}


def read(element: Element, findings: list[Finding]) -> Pay:
    """The verb with its prompts and parameters, checked."""
    expect_no_text(element, findings)
    expect_children(element, findings, known=("Prompt", "Parameter"))
    for child in element.children:
        if child.name == "Prompt":
            read_prompt(child, findings)
    return Pay(line=element.line, **read_attributes(Pay, element, findings))


def read_prompt(element: Element, findings: list[Finding]) -> Prompt:
    """A prompt with what it would play, checked."""
    expect_no_text(element, findings)
    expect_children(element, findings, known=_SPOKEN)
    for child in element.children:
        if child.name in _SPOKEN:
            _SPOKEN[child.name](child, findings)
    return Prompt(line=element.line, **read_attributes(Prompt, element, findings))


def script(pay: Pay, leg: Leg) -> Flow:
    """Refused by name."""
    del leg
    return Stop("<Pay> is not simulated", pay.line)


def script_prompt(prompt: Prompt, leg: Leg) -> Flow:
    """A Prompt belongs inside Pay; refused by name."""
    del leg
    return Stop("<Prompt> is not simulated, and belongs inside <Pay>", prompt.line)
