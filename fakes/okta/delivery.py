"""What reaches a handset: texts, spoken codes, e-mails, and the pause Okta keeps between two of them."""

from fakes.okta.errors import refusal
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, SMS, Code, Factor, Text

PAUSE = {SMS: (30.0, "E0000109"), CALL: (30.0, "E0000133"), EMAIL: (5.0, "E0000118")}
DIGITS = {SMS: 6, CALL: 5, EMAIL: 6}  # Okta's examples of spoken codes have five digits
MOST_TEXTS = 5000  # a handset's memory, so that a long load test does not fill ours


def address(factor: Factor) -> str:
    return str(factor.profile.get("email") if factor.type == EMAIL else factor.profile.get("phoneNumber"))


def send_code(org: Org, factor: Factor, *, lifetime: float | None = None) -> Code:
    """A new one-time code for a factor; refused when the last one to the same address is too recent.

    Classic keeps an earlier code good until it expires, Identity Engine voids it (support article, V06).
    """
    now = org.now()
    check_deliverable(org, factor)
    code = Code(org.source.code(DIGITS[factor.type]), now + (lifetime or org.settings.otp_seconds))
    earlier = org.tables.codes.get(factor.id, ()) if org.is_classic else ()
    org.tables.codes[factor.id] = (*(each for each in earlier if each.expires_at > now), code)
    org.tables.sent[factor.type, address(factor)] = now
    words = _words(factor.type, code.value)
    org.tables.texts.append(Text(address(factor), words, code.value, now, factor.type, code.expires_at))
    if len(org.tables.texts) > MOST_TEXTS:
        del org.tables.texts[: MOST_TEXTS // 2]
    return code


def check_deliverable(org: Org, factor: Factor) -> None:
    """Refused within the pause after the last one to the same address, or when the org has no telephony."""
    if factor.type in (SMS, CALL) and not org.settings.telephony:
        raise refusal("E0000247")
    seconds, error = PAUSE[factor.type]
    last = org.tables.sent.get((factor.type, address(factor)))
    if last is not None and org.now() - last < seconds:
        raise refusal(error)


def delivered(org: Org, to: str, channel: str = SMS) -> list[Text]:
    """What reached that number or address, newest last."""
    return [text for text in org.tables.texts if text.to == to and text.channel == channel]


def _words(channel: str, code: str) -> str:
    if channel == CALL:
        spoken = ", ".join(code)
        return f"Your verification code is {spoken}. Again, your verification code is {spoken}."
    return f"Your verification code is {code}."
