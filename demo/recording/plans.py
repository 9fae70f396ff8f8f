"""The scenarios that are recorded: each a whole call, of which one service's traffic is kept in one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from demo.recording.acting import Actor, Story


@dataclass(frozen=True, slots=True)
class Role:
    """A fictitious person. In a recording from a real org a real person's data are replaced by these."""

    name: str
    phone: str

    @property
    def login(self) -> str:
        """Also the e-mail address."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def user_id(self) -> str:
        """The same in every file."""
        return f"00urecorded{self.name.partition(' ')[0]}".ljust(20, "0")


JANE = Role("Jane Ivr", "+17735551234")
JON = Role("Jon Ivr", "+17735555678")
MAX = Role("Max Nofactor", "+14155550143")
LEA = Role("Lea Locked", "+12125550177")
TOM = Role("Tom Totp", "+13055550182")
VIC = Role("Vic Voice", "+16175550164")
STRANGER = Role("A stranger", "+13125550100")
ROLES = (JANE, JON, MAX, LEA, TOM, VIC, STRANGER)


@dataclass(frozen=True, slots=True)
class Plan:
    """One scenario. `is_trouble`: plays only when asked for by name, and can only be recorded from the fakes."""

    service: str
    name: str
    about: str
    story: Story
    role: Role = JANE
    settings: Mapping[str, str] = field(default_factory=dict)
    is_trouble: bool = False
    enrols: tuple[str, ...] = ()  # kinds of factor that the person has here, and not in the other scenarios
    is_authn: bool = False


async def _to_the_code(actor: Actor) -> str:
    await actor.dials()
    await actor.presses("1")
    await actor.presses("1")
    return await actor.reads_code()


async def _right(actor: Actor) -> None:
    await actor.presses(await _to_the_code(actor) + "#")
    await actor.hears("Thank you")


async def _balance(actor: Actor) -> None:
    await _right(actor)
    await actor.presses("1")
    await actor.stays_to_the_end()


async def _another_way(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("1")
    await actor.presses("*")
    await actor.chooses("For a code in a text message")
    await actor.presses(await actor.reads_code() + "#")
    await actor.hears("Thank you")


async def _by_call(actor: Actor) -> None:
    actor.plays_by_name()
    await actor.dials()
    await actor.presses("1")
    await actor.presses("*")
    await actor.chooses("For a call that speaks a code")
    await actor.presses(await actor.reads_code("call") + "#")
    await actor.hears("Thank you")


async def _by_app(actor: Actor) -> None:
    actor.plays_by_name()
    await actor.dials()
    await actor.presses("1")
    await actor.presses("*")
    await actor.chooses("To enter the code that Okta Verify shows")
    await actor.presses(await actor.reads_code("totp") + "#")
    await actor.hears("Thank you")


async def _spoken(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("1")
    await actor.presses("1")
    await actor.presses(await actor.reads_code("call") + "#")
    await actor.hears("Thank you")


async def _spoken_balance(actor: Actor) -> None:
    await _spoken(actor)
    await actor.presses("1")
    await actor.stays_to_the_end()


async def _shown(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("1")
    await actor.presses("1")
    await actor.presses(await actor.reads_code("totp") + "#")
    await actor.hears("Thank you")


async def _shown_balance(actor: Actor) -> None:
    await _shown(actor)
    await actor.presses("1")
    await actor.stays_to_the_end()


async def _wrong_then_right(actor: Actor) -> None:
    code = await _to_the_code(actor)
    await actor.presses(_wrong(code))
    await actor.presses(code + "#")
    await actor.hears("Thank you")


async def _four_wrong(actor: Actor) -> None:
    code = await _to_the_code(actor)
    for _ in range(4):
        await actor.presses(_wrong(code))
    await actor.stays_to_the_end()


async def _expired(actor: Actor) -> None:
    code = await _to_the_code(actor)
    await actor.lets_pass(301)
    await actor.presses(code + "#")
    await actor.stays_to_the_end()


async def _sent_again(actor: Actor) -> None:
    await _to_the_code(actor)
    await actor.presses("*#")
    await actor.presses("1")
    await actor.hears("a moment ago")
    await actor.lets_pass(31)
    await actor.presses("*#")
    await actor.presses("1")
    await actor.hears("have sent you a text message")
    await actor.presses(await actor.reads_code() + "#")
    await actor.hears("Thank you")


async def _to_the_prompt(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("1")
    await actor.presses("1")
    await actor.hears("request to Okta Verify")


async def _approved(actor: Actor) -> None:
    await _to_the_prompt(actor)
    await actor.taps(approve=True)
    await actor.hears("Thank you")


async def _by_number(actor: Actor) -> None:
    await _to_the_prompt(actor)
    await actor.hears("choose the number")
    await actor.taps(approve=True)
    await actor.hears("Thank you")


async def _approved_balance(actor: Actor) -> None:
    await _approved(actor)
    await actor.presses("1")
    await actor.stays_to_the_end()


async def _rejected(actor: Actor) -> None:
    await _to_the_prompt(actor)
    await actor.taps(approve=False)
    await actor.stays_to_the_end()


async def _ignored(actor: Actor) -> None:
    await _to_the_prompt(actor)
    await actor.stays_to_the_end()


async def _no_way_in(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("1")
    await actor.hears("I need to know that it is you")
    await actor.presses("1")
    await actor.stays_to_the_end()
    actor.is_sent_nothing()


async def _call_back(actor: Actor) -> None:
    await actor.dials()
    await actor.presses("2")
    await actor.stays_to_the_end()


async def _proven_call_back(actor: Actor) -> None:
    await _right(actor)
    await actor.presses("2")
    await actor.stays_to_the_end()


async def _approved_call_back(actor: Actor) -> None:
    await _approved(actor)
    await actor.presses("2")
    await actor.stays_to_the_end()


async def _limited(actor: Actor) -> None:
    actor.meets_trouble("okta", 429)
    await actor.dials()
    await actor.presses("1")
    await actor.stays_to_the_end()


def _okta_fails(status: int) -> Story:
    async def story(actor: Actor) -> None:
        await actor.dials()
        actor.meets_trouble("okta", status)
        await actor.presses("1")
        await actor.stays_to_the_end()

    return story


async def _okta_fails_late(actor: Actor) -> None:
    code = await _to_the_code(actor)
    actor.meets_trouble("okta", 503)
    await actor.presses(code + "#")
    await actor.stays_to_the_end()


async def _accounts_fail(actor: Actor) -> None:
    await _right(actor)
    actor.meets_trouble("accounts", 500)
    await actor.presses("1")
    await actor.stays_to_the_end()


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}#"


NUMBER = {"IVR_PUSH_NUMBER_CHALLENGE": "true"}

AUTHN = {"OKTA_MFA_API": "authn"}

_CALLS: tuple[Plan, ...] = (
    Plan("okta", "sms-right", "Jane types the code from her text message", _right),
    Plan("okta", "sms-another-way", "Jon presses star and gets a text message instead of a push", _another_way, JON),
    Plan("okta", "sms-wrong-then-right", "Jane mistypes the code once", _wrong_then_right),
    # A real org locks the account at five failures in a row: something that succeeds stands between these two.
    Plan("okta", "sms-four-wrong", "Four wrong codes: the line stops before Okta locks the account", _four_wrong),
    Plan("okta", "sms-sent-again", "Jane asks for another code: too soon at first, then it is sent", _sent_again),
    Plan("okta", "sms-expired", "Jane types the code five minutes late, and gives up", _expired),
    Plan("okta", "call-right", "Jane is called and types the code she was told", _by_call, enrols=("call",)),
    Plan("okta", "totp-right", "Jane types the code that Okta Verify shows", _by_app, enrols=("totp",)),
    Plan("okta", "call-preferred", "Vic prefers a voice call, and types the code he was told", _spoken, VIC),
    Plan("okta", "totp-preferred", "Tom prefers the code that Okta Verify shows, and types it", _shown, TOM),
    Plan("okta", "push-approved", "Jon approves the prompt", _approved, JON),
    Plan("okta", "push-rejected", "Jon denies the prompt", _rejected, JON),
    Plan("okta", "push-ignored", "Jon does nothing; the line loses patience and cancels the push", _ignored, JON),
    Plan(
        "okta", "push-timed-out", "Jon does nothing; Okta gives up first", _ignored, JON, {"IVR_PUSH_PATIENCE": "300"}
    ),
    Plan(
        "okta", "push-number-right", "Number challenge: Jon taps the number he was told", _by_number, JON, NUMBER
    ),
    Plan("okta", "push-number-denied", "Number challenge: Jon denies, or taps another number", _rejected, JON, NUMBER),
    Plan("okta", "push-number-ignored", "Number challenge: Jon does nothing", _ignored, JON, NUMBER),
    Plan("okta", "no-factor", "Max has no active factor", _no_way_in, MAX),
    Plan("okta", "locked", "Lea's account is locked", _no_way_in, LEA),
    Plan("okta", "unknown-caller", "Nobody has this number", _no_way_in, STRANGER),
    Plan("okta", "rate-limited", "Okta asks for fewer requests from the start (429)", _limited, is_trouble=True),
    *(
        Plan("okta", f"refused-{status}", f"Okta answers {status} once Jane wants her account", _okta_fails(status),
             is_trouble=True)
        for status in (401, 403, 429, 500, 503)
    ),
    Plan("okta", "down-at-the-code", "Okta is down when the code is checked", _okta_fails_late, is_trouble=True),
    Plan("accounts", "balance-jane", "Jane's balance", _balance),
    Plan("accounts", "balance-jon", "Jon's balance", _approved_balance, JON),
    Plan("accounts", "balance-vic", "Vic's balance", _spoken_balance, VIC),
    Plan("accounts", "balance-tom", "Tom's balance", _shown_balance, TOM),
    Plan("accounts", "call-back", "Jane asks for a call-back before she is proven", _call_back),
    Plan("accounts", "call-back-proven", "Jane asks for a call-back after she is proven", _proven_call_back),
    Plan("accounts", "call-back-proven-jon", "Jon asks for a call-back after he is proven", _approved_call_back, JON),
    Plan("accounts", "call-back-jon", "Jon asks for a call-back", _call_back, JON),
    Plan("accounts", "call-back-max", "Max asks for a call-back", _call_back, MAX),
    Plan("accounts", "call-back-lea", "Lea asks for a call-back", _call_back, LEA),
    Plan("accounts", "call-back-unknown", "Somebody unknown asks for a call-back", _call_back, STRANGER),
    Plan("accounts", "balance-down", "The accounts API fails when the balance is asked for", _accounts_fail,
         is_trouble=True),
)  # fmt: skip

# What is the same through Okta's Authentication API is not recorded twice: the caller is found in the same way, so a
# caller who is not found, or locked, asks nothing else. It has no number challenge, and the sign-on policy of the demo
# lets in by text message and push alone.
_NOT_AUTHN = (
    *("locked", "unknown-caller", "rate-limited", "call-right", "totp-right", "call-preferred", "totp-preferred"),
    *("push-number-right", "push-number-denied", "push-number-ignored"),
)


def _through_authn(plan: Plan) -> Plan:
    about = f"{plan.about} (Authentication API)"
    settings = {**plan.settings, **AUTHN}
    return replace(plan, name=f"authn-{plan.name}", about=about, settings=settings, is_authn=True)


CALLS: tuple[Plan, ...] = (
    *_CALLS,
    *(_through_authn(each) for each in _CALLS if each.service == "okta" and each.name not in _NOT_AUTHN),
)
