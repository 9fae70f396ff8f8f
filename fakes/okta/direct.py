"""Direct Authentication (Identity Engine): an OAuth client proves people by factors, without a management token; CIBA.

The statements D01 to D65 of docs/okta.md are what it follows; signing and reading of tokens is in `tokens`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from fakes.okta import factors, groups, policies, push, tokens, users, verify
from fakes.okta.errors import OktaError
from fakes.okta.oauth import OAuthError, keys_by_id, register_sign_in
from fakes.okta.org import Org
from fakes.okta.records import CALL, PUSH, SMS, TOTP, Factor, MfaToken, OutOfBand, SignInApp, User

OKTA, AUTH0 = "urn:okta:params:oauth:grant-type", "http://auth0.com/oauth/grant-type"
OTP, OOB, MFA_OTP, MFA_OOB = f"{OKTA}:otp", f"{OKTA}:oob", f"{AUTH0}/mfa-otp", f"{AUTH0}/mfa-oob"
PASSWORD, REFRESH, CIBA = "password", "refresh_token", "urn:openid:params:grant-type:ciba"
CHANNELS: Mapping[str, str] = {"push": PUSH, "sms": SMS, "voice": CALL}
LIFETIME, INTERVAL = 300, 5
KEPT = 1000  # transactions; the oldest are forgotten
Form: TypeAlias = Mapping[str, str]
Answer: TypeAlias = dict[str, object]
UNSATISFIED = "User couldn't be signed-in through direct authentication because authentication policy wasn't satisfied."
PENDING = "No user response received on the out-of-band authenticator yet. Continue polling to wait for a response."
WRONG_CODE = "The 'otp' provided is either empty or incorrect. Use the correct OTP and try again."


def begin(org: Org, app: SignInApp, form: Form) -> Answer:
    """`primary-authenticate`: a push, text or call as the first factor (D20)."""
    if "scope" in form:
        raise OAuthError(400, "invalid_request", "'scope' is not allowed here.")
    if form.get("challenge_hint") != OOB:
        raise OAuthError(400, "invalid_request", "The 'challenge_hint' is invalid or missing.")
    _check_grant(app, OOB)
    user = _person(org, app, form.get("login_hint"))
    return _challenge(org, app, user, form.get("channel_hint", ""), "")


def begin_second(org: Org, app: SignInApp, form: Form) -> Answer:
    """`challenge`: the second factor after `mfa_required` (D30)."""
    found = _mfa(org, app, form)
    supported = form.get("challenge_types_supported", "").split()
    if not set(supported) <= {MFA_OTP, MFA_OOB}:
        raise OAuthError(400, "invalid_request", "The 'challenge_types_supported' are invalid.")
    user = org.tables.users[found.user_id]
    if "channel_hint" in form and (not supported or MFA_OOB in supported):
        answer = _challenge(org, app, user, form["channel_hint"], found.value)
        return {"challenge_type": MFA_OOB, **answer}
    if supported and MFA_OTP not in supported:
        raise OAuthError(400, "invalid_request", "The 'channel_hint' is missing.")
    _factor(org, user, TOTP)
    return {"challenge_type": MFA_OTP}


def grant(org: Org, app: SignInApp, form: Form, issuer: str) -> Answer:
    """Tokens for one of the grants of direct authentication, or the refusal that says what comes next."""
    kind = form.get("grant_type", "")
    step = _GRANTS.get(kind)
    if step is None:
        raise OAuthError(400, "unsupported_grant_type", f"The grant type {kind or '(none)'} is not simulated.")
    _check_grant(app, kind)
    if kind == REFRESH:
        return tokens.refresh(org, app, form, issuer)
    scopes = frozenset(form.get("scope", "").split())
    mfa = _mfa(org, app, form) if kind in (MFA_OTP, MFA_OOB) else None
    if mfa is not None and scopes and scopes != mfa.scopes:
        raise OAuthError(400, "invalid_scope", "The scopes are not those of the first request.")
    scopes = mfa.scopes if mfa is not None else scopes
    if "openid" not in scopes:
        raise OAuthError(400, "invalid_scope", "The 'openid' scope is needed.")
    user, proved = step(org, app, form)
    kinds = (*(mfa.proved if mfa is not None else ()), proved)
    if mfa is None and _factors_wanted(org, app) > 1 and kind != CIBA:
        raise _second_wanted(org, app, user, proved, scopes, form)
    if mfa is not None:
        del org.tables.mfa_tokens[mfa.value]
    org.tables.users[user.id] = replace(org.tables.users[user.id], last_login=org.now())
    return tokens.issue(org, app, org.tables.users[user.id], scopes, kinds, issuer)


def authorize_in_background(org: Org, app: SignInApp, form: Form, issuer: str) -> Answer:
    """CIBA: ask the person's device, with a message of the application's (D60)."""
    _check_grant(app, CIBA)
    if not app.is_confidential:
        raise OAuthError(400, "unauthorized_client", "Only confidential clients may use this grant.")
    hints = [name for name in ("login_hint", "id_token_hint") if form.get(name)]
    if len(hints) != 1 or "openid" not in form.get("scope", "").split():
        raise OAuthError(400, "invalid_request", "Exactly one hint and the scope 'openid' are needed.")
    expiry = form.get("request_expiry", str(LIFETIME))
    if not expiry.isascii() or not expiry.isdecimal() or not 1 <= int(expiry) <= LIFETIME:
        raise OAuthError(400, "invalid_request", "The 'request_expiry' must be from 1 to 300.")
    login = form[hints[0]]
    try:
        if hints == ["id_token_hint"]:
            login = str(tokens.read(org, login, issuer)["sub"])
        user = _person(org, app, login)
    except OAuthError:
        raise OAuthError(400, "invalid_request", "The hint does not fit a user of this app.") from None
    try:
        started = _start(org, user, _factor(org, user, PUSH), form.get("binding_message", ""))
    except OAuthError as error:
        raise OAuthError(400, "access_denied", error.description) from None
    kept = OutOfBand(
        org.source.token(length=30), app.client_id, user.id, "push", org.now() + int(expiry), push_id=started.push_id
    )
    _keep(org.tables.oob_codes, kept.code, kept)
    return {"auth_req_id": kept.code, "expires_in": int(expiry), "interval": INTERVAL}


def _prove_otp(org: Org, app: SignInApp, form: Form) -> tuple[User, str]:
    """As the first factor of `login_hint`, or as the second of `mfa_token`."""
    if "mfa_token" in form:
        user = org.tables.users[_mfa(org, app, form).user_id]
    else:
        user = _person(org, app, form.get("login_hint"))
    _prove(org, user, _factor(org, user, TOTP), form.get("otp", ""))
    return user, TOTP


def _prove_oob(org: Org, app: SignInApp, form: Form) -> tuple[User, str]:
    found = _oob(org, app, form.get("oob_code", ""))
    if found.mfa_token != form.get("mfa_token", ""):
        raise OAuthError(400, "invalid_request", "The 'oob_code' and 'mfa_token' are not of one transaction.")
    if org.now() >= found.expires_at:
        raise OAuthError(403, "access_denied", "'oob_code' has expired. Use a new 'oob_code' and try again.")
    user = org.tables.users[found.user_id]
    kind = CHANNELS[found.channel]
    factor = _factor(org, user, kind)
    if kind != PUSH:
        _prove(org, user, factor, form.get("binding_code", ""))
    else:
        result = push.look_up(org, factor, found.push_id).result
        if result == "WAITING":
            raise OAuthError(400, "authorization_pending", PENDING)
        if result == "TIMEOUT":
            raise OAuthError(403, "access_denied", "'oob_code' has expired. Use a new 'oob_code' and try again.")
        if result != "SUCCESS":
            raise OAuthError(400, "invalid_grant", "User rejected out-of-band authentication prompt.")
    del org.tables.oob_codes[found.code]
    return user, kind


def _prove_password(org: Org, app: SignInApp, form: Form) -> tuple[User, str]:
    """Wrong and unknown look alike."""
    user = users.with_login(org, form.get("username", ""))
    if user is None or user.status != "ACTIVE" or user.password is None or user.password != form.get("password"):
        if user is not None and user.status == "ACTIVE":
            verify.count_failure(org, user)
        raise OAuthError(400, "invalid_grant", "The credentials provided were invalid.")
    return _person(org, app, str(user.profile["login"])), PASSWORD


def _poll_background(org: Org, app: SignInApp, form: Form) -> tuple[User, str]:
    found = org.tables.oob_codes.get(form.get("auth_req_id", ""))
    if found is None or found.client_id != app.client_id or org.now() >= found.expires_at:
        raise OAuthError(400, "expired_token", "The 'auth_req_id' is invalid or has expired.")
    user = org.tables.users[found.user_id]
    result = push.look_up(org, _factor(org, user, PUSH), found.push_id).result
    if result == "WAITING":
        is_early = found.polled_at is not None and org.now() - found.polled_at < INTERVAL
        org.tables.oob_codes[found.code] = replace(found, polled_at=org.now())
        if is_early:
            raise OAuthError(400, "slow_down", "Slow down the polling frequency. Try again later.")
        raise OAuthError(
            400,
            "authorization_pending",
            "The authorization request is still pending as the user hasn't yet been authenticated.",
        )
    del org.tables.oob_codes[found.code]
    if result != "SUCCESS":
        raise OAuthError(400, "access_denied", "The user denied the request.")  # a guess (D65)
    return user, PUSH


def _refuse(org: Org, app: SignInApp, form: Form) -> tuple[User, str]:
    raise AssertionError("refreshing proves nobody")


_GRANTS: Mapping[str, Callable[[Org, SignInApp, Form], tuple[User, str]]] = {
    OTP: _prove_otp,
    OOB: _prove_oob,
    MFA_OTP: _prove_otp,
    MFA_OOB: _prove_oob,
    PASSWORD: _prove_password,
    CIBA: _poll_background,
    REFRESH: _refuse,
}
GRANTS = tuple(_GRANTS)
_SHORT = {grant.replace("/", ":").rpartition(":")[2]: grant for grant in GRANTS}
_OF_APP = ("client_id", "method", "secret", "keys", "grants", "factors", "people")


def read_app(org: Org, document: Mapping[str, Any]) -> SignInApp:
    """The OAuth client that a seed or the control plane describes; ValueError says what is wrong with it.

    `grants` by their last word (otp, oob, mfa-otp, mfa-oob, password, refresh_token, ciba), all where none are named;
    `people` by id or login, everybody where none are named. With a secret the method is `client_secret_basic`.
    """
    if unknown := sorted(set(document) - set(_OF_APP)):
        raise ValueError(f"an app has no {unknown[0]}; it has {', '.join(_OF_APP)}")
    client_id, secret = document.get("client_id"), document.get("secret", "")
    if not isinstance(client_id, str) or not client_id or not isinstance(secret, str):
        raise ValueError("client_id is a string, and so is secret")
    keys, people, factors_wanted = document.get("keys") or [], document.get("people"), document.get("factors", 1)
    names = document.get("grants") or list(_SHORT)
    if not all(isinstance(each, list) for each in (keys, names, people or [])):
        raise ValueError("keys, grants and people are lists")
    if not all(isinstance(key, dict) for key in keys) or not all(isinstance(each, str) for each in people or []):
        raise ValueError("each key is a JWK, and people are named by id or login")
    if unknown := [str(each) for each in names if str(each) not in _SHORT]:
        raise ValueError(f"unknown grant {unknown[0]}; there are {', '.join(_SHORT)}")
    if factors_wanted not in (1, 2):
        raise ValueError("factors is 1 or 2")
    method = document.get("method") or ("client_secret_basic" if secret else "private_key_jwt" if keys else "none")
    app = SignInApp(
        client_id,
        str(method),
        frozenset(_SHORT[each] for each in names),
        secret,
        keys_by_id(keys),
        factors_wanted,
        None if people is None else frozenset(users.find(org, each).id for each in people),
    )
    register_sign_in(org, app)
    return app


def _is_assigned(org: Org, app: SignInApp, user: User) -> bool:
    if app.people is None or user.id in app.people:
        return True
    return any(group.id in app.groups for group in groups.of_user(org, user))


def _factors_wanted(org: Org, app: SignInApp) -> int:
    """By the first active rule of the app's policy; which people and networks it is for is not looked at (L)."""
    if not app.policy_id or app.policy_id not in org.tables.policies:
        return app.factors
    for rule in policies.rules_of(org, org.tables.policies[app.policy_id]):
        if rule.status == "ACTIVE":
            return 1 if rule.actions["appSignOn"]["verificationMethod"].get("factorMode") == "1FA" else 2
    return app.factors


def _check_grant(app: SignInApp, kind: str) -> None:
    if kind not in app.grants:
        allowed = ", ".join(sorted(app.grants))
        raise OAuthError(
            400, "unauthorized_client", f"The client is not authorized to use the grant type. Authorized: {allowed}"
        )


def _person(org: Org, app: SignInApp, login: str | None) -> User:
    """The one user of a login (or, for CIBA's hint, an id) who is assigned to the app."""
    if not login:
        raise OAuthError(400, "invalid_request", "The 'login_hint' is missing.")
    try:
        user = users.find(org, login)
    except OktaError:
        raise OAuthError(400, "invalid_grant", "The 'login_hint' does not uniquely identify a user.") from None
    if not _is_assigned(org, app, user):
        raise OAuthError(400, "access_denied", "User is not assigned to the client application.")
    if user.status != "ACTIVE":
        raise OAuthError(403, "access_denied", UNSATISFIED)
    return user


def _factor(org: Org, user: User, kind: str) -> Factor:
    """The person's own of that kind, if it is active and their policy allows it (D47)."""
    if kind in policies.allowed_factors(org, user):
        for factor in factors.of_user(org, user):
            if factor.type == kind and factor.status == "ACTIVE":
                return factor
    raise OAuthError(403, "access_denied", "The authenticator cannot be used: it is not enrolled or not allowed.")


def _challenge(org: Org, app: SignInApp, user: User, channel: str, mfa_token: str) -> Answer:
    """Send the prompt or the code (D21, D22)."""
    if channel not in CHANNELS:
        raise OAuthError(400, "invalid_request", "The 'channel_hint' is invalid or missing.")
    factor = _factor(org, user, CHANNELS[channel])
    started = _start(org, user, factor, "")
    kept = replace(
        started, client_id=app.client_id, channel=channel, mfa_token=mfa_token, expires_at=org.now() + LIFETIME
    )
    _keep(org.tables.oob_codes, kept.code, kept)
    answer: Answer = {"oob_code": kept.code, "expires_in": LIFETIME, "channel": channel}
    if channel != "push":
        return answer | {"binding_method": "prompt"}
    number = org.tables.pushes[kept.push_id].number
    if number is None:
        return answer | {"binding_method": "none", "interval": INTERVAL}
    return answer | {"binding_method": "transfer", "binding_code": f"{number:02d}", "interval": INTERVAL}


def _start(org: Org, user: User, factor: Factor, message: str) -> OutOfBand:
    """Ask the device or send the code; what Okta refuses is told in OAuth's words (D53, D54)."""
    try:
        if factor.type == PUSH:
            push_id = push.start(org, user, factor, with_number=False, origin=message).id
        else:
            verify.challenge(org, user, factor)
            push_id = ""
    except OktaError as error:
        if error.status == 429:
            raise OAuthError(429, "invalid_grant", error.summary) from None
        raise OAuthError(500, "server_error", "Failed to initiate out-of-band authentication.") from None
    return OutOfBand(org.source.token("fakeOob.", 30), "", user.id, "", 0.0, push_id=push_id)


def _prove(org: Org, user: User, factor: Factor, given: str) -> None:
    """A wrong code counts as in the Factors API and leaves the transaction usable (D55)."""
    try:
        verify.check_answer(org, user, factor, given)
    except OktaError as error:
        if error.code == "E0000069":
            raise OAuthError(403, "access_denied", UNSATISFIED) from None
        raise OAuthError(400, "invalid_grant", WRONG_CODE) from None


def _oob(org: Org, app: SignInApp, code: str) -> OutOfBand:
    found = org.tables.oob_codes.get(code)
    if found is None or found.user_id not in org.tables.users:
        raise OAuthError(400, "invalid_grant", "The 'oob_code' is invalid.")
    if found.client_id != app.client_id:
        raise OAuthError(401, "invalid_client", "The 'oob_code' was given to another client.")
    return found


def _mfa(org: Org, app: SignInApp, form: Form) -> MfaToken:
    if not form.get("mfa_token"):
        raise OAuthError(400, "invalid_request", "The 'mfa_token' is missing.")
    found = org.tables.mfa_tokens.get(form["mfa_token"])
    if found is None or org.now() >= found.expires_at or found.user_id not in org.tables.users:
        raise OAuthError(403, "access_denied", "'mfa_token' has expired. Use a new 'mfa_token' and try again.")
    if found.client_id != app.client_id:
        raise OAuthError(401, "invalid_client", "The 'mfa_token' was given to another client.")
    return found


def _second_wanted(org: Org, app: SignInApp, user: User, proved: str, scopes: frozenset[str], form: Form) -> OAuthError:
    """`mfa_required`, unless nothing the client can do next would satisfy the policy (D16, D41, D48)."""
    can = form.get("grant_types_supported", f"{MFA_OTP} {MFA_OOB}").split()
    owned = {each.type for each in factors.of_user(org, user) if each.status == "ACTIVE"} - {proved}
    usable = owned & policies.allowed_factors(org, user)
    if not (MFA_OTP in can and TOTP in usable) and not (MFA_OOB in can and usable & set(CHANNELS.values())):
        return OAuthError(403, "access_denied", UNSATISFIED)
    found = MfaToken(org.source.token("fakeMfa.", 30), app.client_id, user.id, scopes, (proved,), org.now() + LIFETIME)
    _keep(org.tables.mfa_tokens, found.value, found)
    error = OAuthError(403, "mfa_required", "Verify with an additional authenticator to complete the sign-in process.")
    error.more = {"mfa_token": found.value}
    return error


def _keep(table: dict[str, "MfaToken"] | dict[str, OutOfBand], key: str, row: MfaToken | OutOfBand) -> None:
    table[key] = row  # type: ignore[assignment]  # each table is given rows of its own kind
    if len(table) > KEPT:
        del table[next(iter(table))]
