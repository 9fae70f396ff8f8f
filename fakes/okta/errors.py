"""Okta's error codes with their fixed texts, and the one exception that every rule of the fake raises."""

from collections.abc import Mapping, Sequence

# code: (HTTP status, summary). From Okta's public list of error codes; a `{0}` is filled from the call site.
CODES: Mapping[str, tuple[int, str]] = {
    "E0000001": (400, "Api validation failed: {0}"),
    "E0000002": (400, "The request was not valid: {0}"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000004": (401, "Authentication failed"),
    "E0000005": (403, "Invalid session"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found: {0}"),
    "E0000008": (404, "The requested path was not found"),
    "E0000009": (500, "Internal Server Error"),
    "E0000010": (503, "Service is in read only mode"),
    "E0000011": (401, "Invalid token provided"),
    "E0000014": (403, "Update of credentials failed"),
    "E0000015": (401, "You do not have permission to access the feature you are requesting"),
    "E0000016": (403, "Activation failed because the user is already active"),
    "E0000019": (400, "Bad request. Accept and/or Content-Type headers likely do not match supported values."),
    "E0000021": (400, "Bad request.  Accept and/or Content-Type headers likely do not match supported values."),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000028": (400, "The request is missing a required parameter."),
    "E0000029": (400, "Invalid paging request."),
    "E0000031": (400, "Invalid search criteria."),
    "E0000032": (403, "Unlock is not allowed for this user."),
    "E0000033": (400, "Can't specify a search query and filter in the same request."),
    "E0000038": (403, "This operation is not allowed in the user's current status."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
    "E0000056": (403, "Delete application forbidden."),
    "E0000060": (501, "Unsupported operation."),  # a guess (L): no recording has it
    "E0000064": (401, "Password is expired and must be changed."),
    "E0000067": (504, "Factors Service Error."),
    "E0000068": (403, "Invalid Passcode/Answer"),
    "E0000069": (403, "User Locked"),
    "E0000073": (403, "User rejected authentication"),
    "E0000074": (400, "Factor Service Error"),
    "E0000079": (403, "This operation is not allowed in the current authentication state."),
    "E0000082": (403, "Each code can only be used once. Please wait for a new code and try again."),
    "E0000083": (403, "PassCode is valid but exceeded time window."),
    "E0000085": (403, "You do not have permission to access your account at this time."),
    "E0000086": (403, "This policy cannot be activated at this time."),
    "E0000090": (409, "Duplicate role assignment exception."),  # a guess (L): no recording has it
    "E0000094": (400, "This request cannot be served with the given filter."),
    "E0000098": (400, "This phone number is invalid."),
    "E0000099": (
        403,
        "Only numbers located in US and Canada are allowed. Contact your administrator if this is a problem.",
    ),
    "E0000109": (429, "An SMS message was recently sent. Please wait 30 seconds before trying again."),
    "E0000112": (
        409,
        "Cannot update this user because they are still being activated. Please try again in a few minutes.",
    ),
    "E0000118": (429, "An email was recently sent. Please wait 5 seconds before trying again."),
    "E0000119": (403, "Your account is locked. Please contact your administrator."),
    "E0000121": (400, "Invalid phone extension."),
    "E0000123": (400, "The enum and oneOf values of an array attribute do not match."),
    "E0000133": (429, "A phone call was recently made. Please wait 30 seconds before trying again."),
    "E0000138": (500, "Internal telephony error."),
    "E0000139": (503, "External telephony provider error."),
    "E0000146": (
        429,
        "Your organization has reached the limit of sms requests that can be sent within a 24 hour period.",
    ),
    "E0000147": (
        429,
        "Your organization has reached the limit of call requests that can be sent within a 24 hour period.",
    ),
    "E0000148": (
        403,
        "Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable "
        "the authenticator in these policies.{0}",
    ),
    "E0000150": (403, "You have reached the limit of sms requests, please try again later."),
    "E0000151": (403, "You have reached the limit of call requests, please try again later."),
    "E0000154": (410, "This factor is not currently active."),
    "E0000180": (423, "This factor is suspended."),
    "E0000186": (
        429,
        "Your free tier organization has reached the limit of sms requests that can be sent within a 30 day period.",
    ),
    "E0000191": (404, "Verification timed out. Please try again."),
    "E0000226": (400, "A telephony inline hook is required."),
    "E0000247": (403, "Your organization does not support SMS or Voice."),
    "E0000264": (400, "A telephony provider is required."),
}


class OktaError(Exception):
    """A refusal in Okta's words: status, code, summary, causes and extra headers, rendered by the skin."""

    def __init__(
        self,
        status: int,
        code: str,
        summary: str,
        causes: Sequence[str] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(f"{status} {code} {summary}" + "".join(f" [{cause}]" for cause in causes))
        self.status = status
        self.code = code
        self.summary = summary
        self.causes = tuple(causes)
        self.headers = tuple(headers)

    def body(self, error_id: str) -> dict[str, object]:
        return {
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": error_id,
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }


def refusal(code: str, *causes: str, about: str = "", headers: Sequence[tuple[str, str]] = ()) -> OktaError:
    """The error for one of Okta's codes; `about` fills the gap in its summary."""
    status, summary = CODES[code]
    return OktaError(status, code, summary.replace("{0}", about), causes, headers)


def invalid(field: str, *causes: str) -> OktaError:
    """E0000001: a field of the request is not acceptable, with one cause per reason."""
    return refusal("E0000001", *causes, about=field)


def missing(what: str, kind: str) -> OktaError:
    """E0000007 for a resource, as Okta words it: `Not found: Resource not found: 00u… (User)`."""
    return refusal("E0000007", about=f"Resource not found: {what} ({kind})")
