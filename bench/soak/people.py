"""The people who call: thirty customers with factors and accounts whose words cannot be mistaken for one another's."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.soak.plan import PEOPLE, phone_of

if TYPE_CHECKING:
    from okta_twilio_ivr.line import Fakes


def settle(fakes: "Fakes") -> dict[str, str]:
    """Make them known to Okta and the accounts API; the ids of Okta's users by phone number."""
    from fakes.seed import plant

    plant({"users": [_customer(number) for number in range(PEOPLE)]}, fakes.okta, fakes.accounts)
    owners = {phone_of(number): fakes.okta.owner(phone_of(number)) for number in range(PEOPLE)}
    return {phone: owner for phone, owner in owners.items() if owner is not None}


def private_words(person: int) -> tuple[str, str]:
    """What only this person may hear: the first name, and the whole of the balance."""
    return f"Customer{person:02}", f"{7100 + person} dollars"


def forget(fakes: "Fakes") -> None:
    """Nothing is left of calls in the fakes, which remember more than the services they stand for would here."""
    fakes.accounts.restore(replace(fakes.accounts.snapshot(), callbacks=(), by_key={}))
    okta = fakes.okta.org.tables
    for table in (okta.texts, okta.pushes, okta.oob_codes, okta.issued_tokens, okta.events):
        table.clear()
    fakes.twilio.account.tables.calls.clear()
    fakes.okta_log.forget()
    fakes.accounts_log.forget()


def _customer(person: int) -> dict[str, Any]:  # a seed file's own shape
    phone, login = phone_of(person), f"customer{person:02}@example.com"
    factors = [{"sms": phone, "push": "phone"}, {"push": "phone", "sms": phone}, {"sms": phone}, {"push": "phone"}]
    return {
        "login": login,
        "status": "ACTIVE",
        "groups": ["Autobot IVR"],
        "factors": factors[person % 4],
        "account": {"balance": f"{7100 + person}.00", "due": "2026-12-15"},
        "profile": {
            "firstName": private_words(person)[0],
            "lastName": "Example",
            "mobilePhone": phone,
            "ivrPhone": phone,
            "ivrFactorPreference": "sms" if person % 4 in (0, 2) else "push",
        },
    }
