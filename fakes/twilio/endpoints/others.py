"""What Twilio's API has and the fake has not: every such path and method is refused by name, never as unknown.

An application takes 404 for "gone" and 405 for its own mistake. The paths and methods are those of Twilio's OpenAPI
description of the API of 2010-04-01, as of April 2026.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NoReturn

from fakes.twilio.endpoints.accounts import ACCOUNT
from fakes.twilio.errors import not_simulated
from fakes.twilio.request import API, ApiCall, Endpoint
from fakes.web import Route

NOT_SIMULATED = "not simulated"
_METHODS = {"G": "GET", "P": "POST", "D": "DELETE"}
_OF_ACCOUNTS = {f"{API}/Accounts": "GP", ACCOUNT: "GP"}
_OF_AN_ACCOUNT: Mapping[str, str] = {
    "Addresses": "GP GPD",
    "Addresses/{Sid}/DependentPhoneNumbers": "G",
    "Applications": "GP GPD",
    "AuthorizedConnectApps": "G G",
    "AvailablePhoneNumbers": "G G",
    "AvailablePhoneNumbers/{Country}/Local": "G",
    "AvailablePhoneNumbers/{Country}/MachineToMachine": "G",
    "AvailablePhoneNumbers/{Country}/Mobile": "G",
    "AvailablePhoneNumbers/{Country}/National": "G",
    "AvailablePhoneNumbers/{Country}/SharedCost": "G",
    "AvailablePhoneNumbers/{Country}/TollFree": "G",
    "AvailablePhoneNumbers/{Country}/Voip": "G",
    "Balance": "G",
    "Calls": "GP GPD",
    "Calls/{CallSid}/Events": "G",
    "Calls/{CallSid}/Notifications": "G G",
    "Calls/{CallSid}/Payments": "P P",
    "Calls/{CallSid}/Recordings": "GP GPD",
    "Calls/{CallSid}/Siprec": "P P",
    "Calls/{CallSid}/Streams": "P P",
    "Calls/{CallSid}/Transcriptions": "P P",
    "Calls/{CallSid}/UserDefinedMessageSubscriptions": "P D",
    "Calls/{CallSid}/UserDefinedMessages": "P",
    "Conferences": "G GP",
    "Conferences/{Sid}/Participants": "GP GPD",
    "Conferences/{Sid}/Recordings": "G GPD",
    "ConnectApps": "G GPD",
    "IncomingPhoneNumbers": "GP GPD",
    "IncomingPhoneNumbers/Local": "GP",
    "IncomingPhoneNumbers/Mobile": "GP",
    "IncomingPhoneNumbers/TollFree": "GP",
    "IncomingPhoneNumbers/{PhoneNumberSid}/AssignedAddOns": "GP GD",
    "IncomingPhoneNumbers/{PhoneNumberSid}/AssignedAddOns/{AddOnSid}/Extensions": "G G",
    "Keys": "GP GPD",
    "Messages": "GP GPD",
    "Messages/{MessageSid}/Feedback": "P",
    "Messages/{MessageSid}/Media": "G GD",
    "Notifications": "G G",
    "OutgoingCallerIds": "GP GPD",
    "Queues": "GP GPD",
    "Queues/{Sid}/Members": "G GP",
    "Recordings": "G GD",
    "Recordings/{RecordingSid}/AddOnResults": "G GD",
    "Recordings/{RecordingSid}/AddOnResults/{ResultSid}/Payloads": "G GD",
    "Recordings/{RecordingSid}/AddOnResults/{ResultSid}/Payloads/{PayloadSid}/Data": "G",
    "Recordings/{RecordingSid}/Transcriptions": "G GD",
    "SIP/CredentialLists": "GP GPD",
    "SIP/CredentialLists/{ListSid}/Credentials": "GP GPD",
    "SIP/Domains": "GP GPD",
    "SIP/Domains/{DomainSid}/Auth/Calls/CredentialListMappings": "GP GD",
    "SIP/Domains/{DomainSid}/Auth/Calls/IpAccessControlListMappings": "GP GD",
    "SIP/Domains/{DomainSid}/Auth/Registrations/CredentialListMappings": "GP GD",
    "SIP/Domains/{DomainSid}/CredentialListMappings": "GP GD",
    "SIP/Domains/{DomainSid}/IpAccessControlListMappings": "GP GD",
    "SIP/IpAccessControlLists": "GP GPD",
    "SIP/IpAccessControlLists/{ListSid}/IpAddresses": "GP GPD",
    "SMS/ShortCodes": "G GP",
    "SigningKeys": "GP GPD",
    "Tokens": "P",
    "Transcriptions": "G GD",
    "Usage/Records": "G",
    "Usage/Records/AllTime": "G",
    "Usage/Records/Daily": "G",
    "Usage/Records/LastMonth": "G",
    "Usage/Records/Monthly": "G",
    "Usage/Records/ThisMonth": "G",
    "Usage/Records/Today": "G",
    "Usage/Records/Yearly": "G",
    "Usage/Records/Yesterday": "G",
    "Usage/Triggers": "GP GPD",
}
"""By path below an account: the methods of the list, and those of one of it, if there are any."""


def published() -> Iterator[tuple[str, str]]:
    """Every method and path that Twilio's description has."""
    paths = dict(_OF_ACCOUNTS)
    for path, methods in _OF_AN_ACCOUNT.items():
        of_list, _, of_one = methods.partition(" ")
        paths |= {f"{ACCOUNT}/{path}": of_list, f"{ACCOUNT}/{path}/{{Sid}}": of_one}
    for path, letters in paths.items():
        for letter in letters:
            yield _METHODS[letter], path


def others(simulated: Iterable[Route[Endpoint]]) -> tuple[Route[Endpoint], ...]:
    """Routes that refuse what is published and not among these."""
    known = {(route.method, _shape(route.template)) for route in simulated}
    return tuple(
        Route(method, path, partial(_refuse, f"{method} {path.replace(ACCOUNT, '…')}"), NOT_SIMULATED)
        for method, path in published()
        if (method, _shape(path)) not in known
    )


def _refuse(what: str, call: ApiCall) -> NoReturn:
    del call
    raise not_simulated(what)


def _shape(template: str) -> str:
    """The path, whatever its variables are called."""
    return re.sub(r"\{\w+\}", "{}", template)
