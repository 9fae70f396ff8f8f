"""The scenarios that are recorded, one cassette each: what is asked for, step by step, in the words of `steps.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Role:
    """A fictitious person. In a recording from a real org a real person's data are replaced by these."""

    name: str
    phone: str

    @property
    def first_name(self) -> str:
        """As `--caller` takes it, in small letters."""
        return self.name.partition(" ")[0]

    @property
    def login(self) -> str:
        """Also the e-mail address."""
        return f"{self.name.lower().replace(' ', '.')}@example.com"

    @property
    def user_id(self) -> str:
        """The same in every file."""
        return f"00urecorded{self.first_name}".ljust(20, "0")


JANE = Role("Jane Ivr", "+17735551234")
JON = Role("Jon Ivr", "+17735555678")
MAX = Role("Max Nofactor", "+14155550143")
LEA = Role("Lea Locked", "+12125550177")
TOM = Role("Tom Totp", "+13055550182")
VIC = Role("Vic Voice", "+16175550164")
STRANGER = Role("A stranger", "+13125550100")
PEOPLE = (JANE, JON, MAX, LEA, TOM, VIC)
LINE = Role("The line", "+12075551234")
ROLES = (*PEOPLE, STRANGER, LINE)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `settings` are the line's; `only_fakes` says why it cannot be recorded from the real service."""

    service: str
    title: str
    about: str
    steps: str
    role: Role = JANE
    settings: Mapping[str, str] = field(default_factory=dict)
    enrols: str = ""  # a kind of factor that the person has here, and not in the other scenarios
    only_fakes: str = ""

    @property
    def name(self) -> str:
        """As `ivr record` takes it."""
        return f"{self.service}/{self.title}"


NUMBER = {"IVR_PUSH_NUMBER_CHALLENGE": "true"}
AUTHN = {"OKTA_MFA_API": "authn"}
DIRECT = {"OKTA_MFA_API": "direct", "OKTA_DIRECT_FACTORS": "sms push"}
TROUBLE = "Trouble can only be ordered from the fakes."
OWN_API = "The accounts API is the company's own, and there is none but the fake."
EFFECT = "It would change the account or cost money, so it is recorded from the fakes alone."


def _okta(title: str, about: str, steps: str, role: Role = JANE, **more: Any) -> Scenario:
    return Scenario("okta", title, about, f"find begin {steps}", role, **more)


# What goes the same way through all of Okta's APIs: it is recorded through each.
_ALL = (
    _okta("sms-right", "Jane types the code from her text message", "sms right"),
    _okta("sms-another-way", "Jon prefers a push, but takes a text message", "sms right", JON),
    _okta("sms-wrong-then-right", "Jane mistypes the code once", "sms wrong right"),
    # A real org locks the account at five failures in a row: something that succeeds stands between these two.
    _okta("sms-four-wrong", "Four wrong codes: the line stops before Okta locks the account", "sms" + 4 * " wrong"),
    _okta("sms-sent-again", "Jane asks for another code: too soon at first, then it is sent",
          "sms too-soon wait:31 sms right"),
    _okta("push-approved", "Jon approves the prompt", "push approve answer", JON),
    _okta("push-rejected", "Jon denies the prompt", "push deny answer", JON),
    _okta("push-ignored", "Jon does nothing; the line loses patience and cancels the push", "push poll back", JON),
    _okta("push-timed-out", "Jon does nothing; Okta gives up first", "push answer", JON),
    _okta("locked", "Lea's account is locked", "", LEA),
    _okta("unknown-caller", "Nobody has this number; every way is tried", "sms wrong push poll back", STRANGER),
    *(Scenario("okta", f"refused-{status}", f"Okta answers {status} once Jane wants her account",
               f"find refuse:{status} begin", only_fakes=TROUBLE) for status in (401, 403, 429, 500, 503)),
    _okta("down-at-the-code", "Okta is down when the code is checked", "sms refuse:503 right", only_fakes=TROUBLE),
)  # fmt: skip

# Direct Authentication says only when a factor is asked for that there is none.
_NO_FACTOR = _okta("no-factor", "Max has no active factor", "", MAX)

SCENARIOS = (
    *_ALL,
    _NO_FACTOR,
    _okta("sms-expired", "Jane types the code five minutes late, and gives up", "sms wait:301 late"),
    _okta("authn-sms-expired", "Jane types the code five minutes late; another attempt begins (Authentication API)",
          "sms wait:301 late begin", settings=AUTHN),
    _okta("call-right", "Jane is called and types the code she was told", "call right", enrols="call"),
    _okta("totp-right", "Jane types the code that Okta Verify shows", "totp right", enrols="totp"),
    _okta("call-preferred", "Vic prefers a voice call, and types the code he was told", "call right", VIC),
    _okta("totp-preferred", "Tom prefers the code that Okta Verify shows, and types it", "totp right", TOM),
    _okta("push-number-right", "Number challenge: Jon taps the number he was told", "push approve answer", JON,
          settings=NUMBER),
    _okta("push-number-denied", "Number challenge: Jon denies, or taps another number", "push deny answer", JON,
          settings=NUMBER),
    _okta("push-number-ignored", "Number challenge: Jon does nothing", "push poll back", JON, settings=NUMBER),
    Scenario("okta", "rate-limited", "Okta asks for fewer requests from the start (429)", "refuse:429 find find",
             only_fakes=TROUBLE),
    *(replace(each, title=f"authn-{each.title}", about=f"{each.about} (Authentication API)", settings=AUTHN)
      for each in (*_ALL, _NO_FACTOR)),
    *(replace(each, title=f"direct-{each.title}", about=f"{each.about} (Direct Authentication)", settings=DIRECT)
      for each in _ALL),
    _okta("direct-no-factor", "Max has no active factor (Direct Authentication)", "no-sms no-push", MAX,
          settings=DIRECT),
    _okta("direct-sms-expired", "Jane types the code five minutes late, and gives up (Direct Authentication)",
          "sms wait:301 late", settings=DIRECT),
    Scenario("accounts", "balance", "The balances of people who are proven",
             "find balance as:Jon find balance as:Vic find balance as:Tom find balance", only_fakes=OWN_API),
    Scenario("accounts", "balance-down", "The accounts API fails when the balance is asked for",
             "find refuse:500 balance", only_fakes=OWN_API),
    Scenario("accounts", "call-back", "Call backs are asked for, by those who can be proven also after that",
             "call-back find call-back as:Jon call-back find call-back as:Vic call-back find call-back "
             "as:Tom call-back find call-back as:Max call-back as:Lea call-back as:A call-back", only_fakes=OWN_API),
    Scenario("twilio", "numbers", "The line's number is looked up by its digits, as the only one, and in vain",
             "look-up only-one not-owned", LINE),
    Scenario("twilio", "number-update", "The number is pointed at the line (what `ivr setup twilio` does)",
             "point", LINE, only_fakes=EFFECT),
    Scenario("twilio", "call-out", "A call back is ordered for everybody whose number is known",
             "ring as:Jon ring as:Max ring as:Lea ring as:Tom ring as:Vic ring", only_fakes=EFFECT),
)  # fmt: skip
