"""The people of the drill: as many as wanted, with what they do on the phone; for the fakes and for the load."""

from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("code",) * 5 + ("push approved",) * 2 + ("wrong code first", "push denied", "gives up")
"""What ten of them do."""


@dataclass(frozen=True, slots=True)
class Customer:
    """`does` is the name of their script; a stranger is not in Okta."""

    number: str
    does: str

    @property
    def is_stranger(self) -> bool:
        return self.does == "gives up"

    def seed(self) -> dict[str, object]:
        """Their entry in a seed of the fakes."""
        login = f"drill{self.number[1:]}@example.com"
        preference = "push" if self.does.startswith("push") else "sms"
        return {
            "login": login,
            "groups": ["Autobot IVR"],
            "profile": {
                "firstName": "Dana",
                "lastName": "Drill",
                "ivrPhone": self.number,
                "mobilePhone": self.number,
                "ivrFactorPreference": preference,
            },
            "factors": {"sms": self.number, "push": "Dana's phone"},
            "account": {"balance": "42.17", "due": "2026-02-01"},
            "status": "ACTIVE",
        }


def customers(count: int) -> Sequence[Customer]:
    """The first is +12065560000."""
    return [Customer(f"+1206556{each:04d}", KINDS[each % len(KINDS)]) for each in range(count)]


def seed_of(people: Sequence[Customer]) -> dict[str, object]:
    """A document for `fakes serve --seed`."""
    return {"users": [each.seed() for each in people if not each.is_stranger]}


def callers_of(people: Sequence[Customer]) -> str:
    """A file for `phone load --callers`."""
    return "".join(f"{each.number} {each.does}\n" for each in people)
