"""The people of the demo, with their factors and accounts; any other number is an unknown caller."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fakes.accounts.state import Account, Accounts
from fakes.okta import direct, factors, groups, policies, schema, switches, users
from fakes.okta.records import CALL, PUSH, SMS, TOTP
from fakes.okta.state import Okta
from fakes.twilio.state import Twilio

GROUP = "Autobot IVR"
TOTP_SECRET = "MFZWIZTHNBVGY3LO"  # noqa: S105 - of an app that is simulated, too
LINE_NUMBER = "+12075551234"
SIGN_IN_APP = {"client_id": "0oaFakeDirect0000d7", "secret": "fake-direct-secret-opens-nothing-else"}
ATTRIBUTES = {
    "ivrPhone": {
        "title": "IVR Phone Number",
        "description": "Number the caller dials from",
        "type": "string",
        "required": False,
        "maxLength": 20,
        "permissions": [{"principal": "SELF", "action": "READ_ONLY"}],
    },
    "ivrFactorPreference": {
        "title": "IVR Factor Preference",
        "type": "string",
        "required": False,
        "enum": ["sms", "push", "call", "totp"],
        "oneOf": [
            {"const": "sms", "title": "SMS"},
            {"const": "push", "title": "Okta Verify push"},
            {"const": "call", "title": "Voice call"},
            {"const": "totp", "title": "Okta Verify code"},
        ],
        "permissions": [{"principal": "SELF", "action": "READ_ONLY"}],
    },
}


CLASSIC_KEYS = ("okta_sms", "okta_call", "okta_push", "okta_otp", "okta_question", "okta_email")
IDENTITY_ENGINE_KEYS = ("phone_number", "okta_verify", "security_question", "okta_email")
CHAINS = [
    {"criteria": [{"factorType": "sms", "provider": "OKTA"}]},
    {"criteria": [{"factorType": "push", "provider": "OKTA"}]},
    {
        "criteria": [{"factorType": "password", "provider": "OKTA"}],
        "next": [{"criteria": [{"factorType": "sms", "provider": "OKTA"}]}],
    },
]


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is fixed, so that two fakes seeded alone know the same people."""

    id: str
    first: str
    last: str
    login: str
    phone: str
    preference: str
    factors: tuple[str, ...]
    balance: str
    due: str
    is_locked: bool = False


JANE = Person(
    id="00ufakeJaneIvr0000d7",
    first="Jane",
    last="Ivr",
    login="jane.ivr@example.com",
    phone="+17735551234",
    preference=SMS,
    factors=(SMS, PUSH),
    balance="142.50",
    due="2026-12-15",
)
JON = Person(
    id="00ufakeJonIvr00000d7",
    first="Jon",
    last="Ivr",
    login="jon.ivr@example.com",
    phone="+17735555678",
    preference=PUSH,
    factors=(SMS, PUSH),
    balance="87.20",
    due="2026-12-08",
)
MAX = Person(
    id="00ufakeMaxNofact00d7",
    first="Max",
    last="Nofactor",
    login="max.nofactor@example.com",
    phone="+14155550143",
    preference=PUSH,
    factors=(),
    balance="19.99",
    due="2026-12-20",
)
LEA = Person(
    id="00ufakeLeaLocked00d7",
    first="Lea",
    last="Locked",
    login="lea.locked@example.com",
    phone="+12125550177",
    preference=SMS,
    factors=(SMS,),
    balance="310.00",
    due="2026-12-01",
    is_locked=True,
)
TOM = Person(
    id="00ufakeTomTotp0000d7",
    first="Tom",
    last="Totp",
    login="tom.totp@example.com",
    phone="+13055550182",
    preference="totp",
    factors=(TOTP,),
    balance="64.00",
    due="2026-12-11",
)
VIC = Person(
    id="00ufakeVicVoice000d7",
    first="Vic",
    last="Voice",
    login="vic.voice@example.com",
    phone="+16175550164",
    preference=CALL,
    factors=(CALL,),
    balance="205.75",
    due="2026-12-18",
)
PEOPLE = (JANE, JON, MAX, LEA, TOM, VIC)


def seed_people(okta: Okta) -> None:
    """Put the people, their attributes, group and factors into an org that does not have them yet."""
    org = okta.org
    schema.set_attributes(org, ATTRIBUTES)
    group = groups.create(org, GROUP, "People who may use the phone line")
    _seed_policies(okta, group.id)
    if not org.is_classic:
        direct.read_app(org, SIGN_IN_APP)
    for person in PEOPLE:
        profile = {
            "login": person.login,
            "email": person.login,
            "firstName": person.first,
            "lastName": person.last,
            "mobilePhone": person.phone,
            "ivrPhone": person.phone,
            "ivrFactorPreference": person.preference,
        }
        user = users.create(org, profile, password=f"Demo-{person.first}-2026", user_id=person.id)
        groups.join(org, group.id, user)
        for kind in person.factors:
            secret = TOTP_SECRET if kind == TOTP else ""
            factors.add(org, user, kind, _factor_profile(person, kind), secret=secret)
        if person is MAX:
            factors.add(org, user, SMS, _factor_profile(person, SMS), status="PENDING_ACTIVATION")
        if person.is_locked:
            users.set_status(org, user, "LOCKED_OUT")


def empty(okta: Okta) -> None:
    """An org as a set-up finds it at best: nobody and nothing in it, and every factor switched off."""
    switches.switch_everything_off(okta.org)


def seed_number(twilio: Twilio) -> None:
    """The line's number, which leads nowhere yet."""
    twilio.add_number(LINE_NUMBER)


def seed_accounts(accounts: Accounts) -> None:
    """One account each."""
    for person in PEOPLE:
        accounts.open(Account(person.id, Decimal(person.balance), date.fromisoformat(person.due)))


def _seed_policies(okta: Okta, group_id: str) -> None:
    """Let members of the group enrol phone and Okta Verify; on Classic they sign on with a factor alone."""
    org = okta.org
    included = {"people": {"groups": {"include": [group_id]}}}
    settings: dict[str, object] = {"factors": {key: {"enroll": {"self": "OPTIONAL"}} for key in CLASSIC_KEYS}}
    if not org.is_classic:
        authenticators = [{"key": key, "enroll": {"self": "OPTIONAL"}} for key in IDENTITY_ENGINE_KEYS]
        settings = {"type": "AUTHENTICATORS", "authenticators": authenticators}
    enrolment = {"type": "MFA_ENROLL", "name": f"{GROUP} Factor Policy", "conditions": included, "settings": settings}
    policy = policies.create(org, enrolment)
    policies.create_rule(org, policy, {"name": f"{GROUP} Rule", "actions": {"enroll": {"self": "LOGIN"}}})
    if org.is_classic and org.settings.factor_sequencing:
        policy = policies.create(org, {"type": "OKTA_SIGN_ON", "name": f"{GROUP} Policy", "conditions": included})
        signon = {"access": "CHALLENGE", "requireFactor": False, "challenge": {"chain": CHAINS}}
        policies.create_rule(org, policy, {"name": f"{GROUP} Rule", "actions": {"signon": signon}})


def _factor_profile(person: Person, kind: str) -> dict[str, object]:
    if kind in (SMS, CALL):
        return {"phoneNumber": person.phone}
    if kind == TOTP:
        return {"credentialId": person.login}
    return factors.device(person.login, f"{person.first} phone")
