"""Enrolling a factor: what may be enrolled, the pending enrolment and its first code; activation has its own room."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.okta import factors, policies, verify
from fakes.okta.errors import OktaError, invalid, refusal
from fakes.okta.org import Org
from fakes.okta.records import CALL, EMAIL, PUSH, QUESTION, SMS, TOTP, Activation, Factor, User

E164 = re.compile(r"\+[1-9]\d{7,14}")
MARKS = re.compile(r"[\s().-]")
EXTENSION = re.compile(r"\d{1,15}")
QUESTIONS: Mapping[str, str] = {
    "disliked_food": "Which food did you dislike most as a child?",
    "name_of_first_plush_toy": "What was your first stuffed toy called?",
    "first_award": "For what did you earn your first award?",
    "favorite_security_question": "What would your favorite security question be?",
    "favorite_toy": "Which toy did you like best as a child?",
    "first_computer_game": "Which computer game did you play first?",
    "favorite_movie_quote": "Which line of a film do you quote most?",
    "first_sports_team_mascot": "What was the mascot of your first sports team?",
    "first_music_purchase": "Which music did you buy first?",
    "favorite_art_piece": "Which work of art do you like best?",
    "grandmother_favorite_desert": "Which dessert did your grandmother like best?",
    "first_thing_cooked": "What did you first learn to cook?",
    "childhood_dream_job": "What did you want to become as a child?",
    "place_where_significant_other_was_met": "Where did you meet your partner?",
    "favorite_vacation_location": "Where do you like to go on vacation?",
    "new_years_two_thousand": "Where were you when the year 2000 began?",
    "favorite_speaker_actor": "Which actor or speaker do you like best?",
    "favorite_book_movie_character": "Which character of a book or film do you like best?",
    "favorite_sports_player": "Which athlete do you like best?",
}
KINDS = (SMS, CALL, PUSH, TOTP, QUESTION, EMAIL)
SHORTEST_ANSWER = 4
PUSH_ACTIVATION = 600.0  # about ten minutes in Okta's examples (confidence M)
ALREADY = "A factor of this type is already set up."
OTHER_NUMBER = "There is an existing verified phone number."


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked enrolment request."""

    kind: str
    profile: Mapping[str, Any]
    secret: str = field(default="", repr=False)


def enrol(
    org: Org,
    user: User,
    body: Mapping[str, Any],
    *,
    activate: bool = False,
    update_phone: bool = False,
    lifetime: float | None = None,
) -> Factor:
    """A new enrolment. With `activate` it is ACTIVE at once and nothing is sent (E02)."""
    wish = read(org, user, body)
    _check_allowed(org, user, wish)
    pending = _check_room(org, user, wish, update_phone=update_phone)
    if wish.kind in verify.DELIVERED and not activate:
        probe = Factor("", user.id, wish.kind, "PENDING_ACTIVATION", 0, 0, wish.profile)
        verify.check_deliverable(org, probe)
    if pending is not None:
        factors.remove(org, pending)
    is_ready = wish.kind == QUESTION or (activate and wish.kind in verify.DELIVERED)
    status = "ACTIVE" if is_ready else "PENDING_ACTIVATION"
    factor = factors.add(org, user, wish.kind, wish.profile, status=status, secret=wish.secret)
    if not is_ready:
        begin(org, factor, lifetime=lifetime)
    return factor


def begin(org: Org, factor: Factor, *, lifetime: float | None = None) -> None:
    """Send the code of a pending enrolment, or open its window for the device."""
    if factor.type in verify.DELIVERED:
        verify.send_code(org, factor, lifetime=lifetime if factor.type == EMAIL else None)
    elif factor.type == PUSH:
        org.tables.activations[factor.id] = Activation(org.now() + PUSH_ACTIVATION)


def resend(org: Org, factor: Factor) -> None:
    """Another code for a pending enrolment; not while its activations are used up (E07)."""
    if factor.type not in verify.DELIVERED or factor.status != "PENDING_ACTIVATION":
        raise invalid("factorType", "Only a pending sms, call or email enrolment is sent again.")
    verify.send_code(org, factor)


def replace_question(org: Org, factor: Factor, body: Mapping[str, Any]) -> Factor:
    profile = body.get("profile")
    wish = _question(profile if isinstance(profile, Mapping) else {})
    after = replace(factor, profile=dict(wish.profile), secret=wish.secret, last_updated=org.now())
    org.tables.factors[factor.id] = after
    return after


def enrollable(org: Org, user: User) -> list[str]:
    """The types the catalog offers: allowed by policy."""
    allowed = policies.allowed_factors(org, user)
    return [kind for kind in KINDS if kind in allowed]


def read(org: Org, user: User, body: Mapping[str, Any]) -> Wish:
    """Check the body of an enrolment."""
    kind, provider = body.get("factorType"), body.get("provider", "OKTA")
    profile = body.get("profile") or {}
    if not isinstance(kind, str):
        raise invalid("factorType", "factorType: The field cannot be left blank")
    if kind not in KINDS or provider != "OKTA":
        raise invalid("factorType", f"factorType: {kind} of {provider} is not simulated")
    if not isinstance(profile, Mapping):
        raise invalid("profile", "profile: must be an object")
    if kind in (SMS, CALL):
        return Wish(kind, _phone(kind, profile))
    if kind == EMAIL:
        return Wish(kind, {"email": _email(user, profile)})
    if kind == QUESTION:
        return _question(profile)
    if kind == TOTP:
        return Wish(kind, {"credentialId": user.profile["login"]}, org.source.shared_secret())
    return Wish(kind, {})


def _phone(kind: str, profile: Mapping[str, Any]) -> Mapping[str, Any]:
    given = profile.get("phoneNumber")
    found: dict[str, Any] = {"phoneNumber": normalized(given if isinstance(given, str) else None)}
    extension = profile.get("phoneExtension")
    if kind == CALL and extension is not None and extension != "":
        check_extension(str(extension))
        found["phoneExtension"] = str(extension)
    return found


def normalized(given: str | None) -> str:
    """In E.164; ten digits alone are taken as a North American number. E0000098 for what cannot be a number (E04)."""
    digits = MARKS.sub("", given or "")
    if re.fullmatch(r"[2-9]\d{9}", digits):
        digits = f"+1{digits}"
    elif re.fullmatch(r"1[2-9]\d{9}", digits):
        digits = f"+{digits}"
    if not E164.fullmatch(digits):
        raise refusal("E0000098")
    return digits


def check_extension(given: str) -> None:
    if not EXTENSION.fullmatch(given):
        raise refusal("E0000121")


def _email(user: User, profile: Mapping[str, Any]) -> str:
    given = profile.get("email", user.profile.get("email"))
    if not isinstance(given, str) or not 3 <= len(given) <= 100 or "@" not in given[1:-1]:
        raise invalid("email", "email: Does not match required pattern")
    return given


def _question(profile: Mapping[str, Any]) -> Wish:
    """A listed question, or a person's own text under the key `custom`."""
    key, answer, text = profile.get("question"), profile.get("answer"), profile.get("questionText")
    if key == "custom" and isinstance(text, str) and text:
        words = text
    elif isinstance(key, str) and key in QUESTIONS:
        words = QUESTIONS[key]
    else:
        raise invalid("factorEnrollRequest", "Invalid Profile.")
    if not isinstance(answer, str) or len(answer.strip()) < SHORTEST_ANSWER:
        raise invalid("factorEnrollRequest", "Invalid Profile.")
    return Wish(QUESTION, {"question": key, "questionText": words}, answer)


def _check_allowed(org: Org, user: User, wish: Wish) -> None:
    """Refused when the user's enrolment policy does not offer it (the code is our guess)."""
    if wish.kind not in policies.allowed_factors(org, user):
        raise invalid("factorType", f"factorType: {wish.kind} is not enabled by the enrollment policy of this user")


def _check_room(org: Org, user: User, wish: Wish, *, update_phone: bool) -> Factor | None:
    """Nothing of the type may be verified yet. Returns a pending one that the new one replaces."""
    existing = [each for each in factors.of_user(org, user) if each.type == wish.kind]
    active = next((each for each in existing if each.status == "ACTIVE"), None)
    if active is not None:
        raise _taken(active, wish)
    former = org.tables.former_numbers.get((user.id, wish.kind))
    if former not in (None, wish.profile.get("phoneNumber")) and not update_phone:  # reported by users of Okta
        raise invalid("factorEnrollRequest", OTHER_NUMBER)
    pending = next(iter(existing), None)
    is_other_number = pending is not None and pending.profile.get("phoneNumber") != wish.profile.get("phoneNumber")
    if is_other_number and not update_phone:
        raise invalid("factorType", ALREADY)
    return pending


def _taken(active: Factor, wish: Wish) -> OktaError:
    is_other = active.profile.get("phoneNumber") != wish.profile.get("phoneNumber")
    return invalid("factorEnrollRequest", OTHER_NUMBER if is_other else ALREADY)


def with_siblings(org: Org, user: User, factor: Factor) -> None:
    """On Identity Engine Okta Verify is enrolled as a whole: push, totp and signed_nonce (F, S)."""
    if org.is_classic or factor.type not in factors.OKTA_VERIFY:
        return
    have = {each.type for each in factors.of_user(org, user) if each.status == "ACTIVE"}
    for kind in factors.OKTA_VERIFY:
        if kind not in have:
            secret = org.source.shared_secret() if kind == TOTP else ""
            factors.add(org, user, kind, factor.profile, secret=secret)
    for each in factors.of_user(org, user):
        if each.type in factors.OKTA_VERIFY and each.status == "PENDING_ACTIVATION":
            del org.tables.factors[each.id]
