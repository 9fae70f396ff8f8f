"""Twilio's error codes with their HTTP status and message, and the one exception that every rule of the fake raises.

Codes and meanings: Twilio's error dictionary. Messages are those of real answers where one was seen; the rest say the
dictionary's meaning in our words (docs/twilio-api.md says which).
"""

from collections.abc import Mapping, Sequence

NOT_VERIFIED = (
    "The source phone number provided, {0}, is not yet verified for your account. "
    "You may only make calls from phone numbers that you've verified or purchased from Twilio."
)
UNVERIFIED = 21608
CODES: Mapping[int, tuple[int, str]] = {
    20001: (400, "{0}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20006: (400, "{0}"),
    20008: (403, "Resource not accessible with Test Account Credentials"),
    20009: (400, "The call {0} is still active and cannot be deleted"),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20501: (501, "Not simulated: {0}"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {0}"),
    21206: (400, "SendDigits is not valid: {0}"),
    21208: (400, "Timeout is not valid: {0}"),
    21209: (400, "{0} is not a valid HTTP method"),
    21210: (400, NOT_VERIFIED),
    21211: (400, "The 'To' number {0} is not a valid phone number."),
    21212: (400, "From is not a valid phone number: {0}"),
    21213: (400, "No 'From' number is specified"),
    21214: (400, "The phone number {0} cannot be reached"),
    21215: (
        400,
        "Account not authorized to call {0}. Perhaps you need to enable some international permissions: "
        "https://www.twilio.com/console/voice/calls/geo-permissions/low-risk",
    ),
    21216: (400, "Account not allowed to call {0}"),
    21217: (400, "The phone number you are attempting to call, {0}, is not valid."),
    21218: (400, "ApplicationSid is not valid: {0}"),
    21219: (400, "The number {0} is unverified. Trial accounts may only make calls to verified numbers."),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21234: (400, "MachineDetection is not valid: {0}"),
    21266: (400, "'To' and 'From' number cannot be the same: {0}"),
    21401: (400, "PhoneNumber is required"),
    21402: (400, "{0} is not a valid URL"),
    21403: (400, "{0} is not a valid HTTP method"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {0}"),
    21420: (400, "ApplicationSid {0} is not accessible"),
    21421: (400, "{0} is not a valid number"),
    21422: (400, "{0} is not available."),
    21451: (400, "{0} is not a valid area code"),
    21452: (400, "No phone numbers found in area code {0}."),
    21481: (400, "The PageToken is not valid: {0}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The From phone number {0} is not a valid, SMS-capable inbound phone number or short code for your account.",
    ),
    UNVERIFIED: (
        400,
        "The number {0} is unverified. Trial accounts cannot send messages to unverified numbers; "
        "verify {0} at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number "
        "to send messages to unverified numbers.",
    ),
    21609: (400, "The StatusCallback URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "The 'To' phone number {0} is not currently reachable via SMS"),
    21614: (400, "To number: {0}, is not a mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s): {0}"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21626: (400, "StatusCallbackEvent is not valid: {0}"),
    21655: (400, "The ContentSid {0} is invalid"),
    21701: (404, "The Messaging Service {0} does not exist"),
    32018: (400, "Twiml is longer than 4000 characters"),
    35118: (400, "MessagingServiceSid is required to schedule a message"),
}
OF_THE_CALLED = frozenset((21211, 21214, 21215, 21216, 21217, 21219, 21408, UNVERIFIED, 21612, 21614))
"""The codes whose message names the number that was to be called or texted."""


class TwilioError(Exception):
    """A refusal in Twilio's words: HTTP status, code, message and extra headers, rendered by the handler."""

    def __init__(self, status: int, code: int, message: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = tuple(headers)

    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def refusal(code: int, about: str = "", *, headers: Sequence[tuple[str, str]] = ()) -> TwilioError:
    """The error for one of Twilio's codes; `about` fills the gap in its message."""
    status, message = CODES[code]
    return TwilioError(status, code, message.replace("{0}", about), headers)


def masked(number: str) -> str:
    """As 21608 names it: with its last four digits hidden."""
    return f"{number[:-4]}XXXX" if number else ""


def missing(path: str) -> TwilioError:
    """20404, which also answers sids of the wrong shape."""
    return refusal(20404, path)


def not_simulated(what: str) -> TwilioError:
    """Twilio could, the fake cannot. Status 501 and code 20501 are our own: Twilio never answers them."""
    return refusal(20501, what)
