"""Every path the fake account answers, in one table. On the wire they end in `.json`, which is taken off before."""

from fakes.twilio.endpoints import accounts, applications, calls, messages, numbers, recordings
from fakes.twilio.request import Endpoint
from fakes.web import Route

ROUTES: tuple[Route[Endpoint], ...] = (
    *accounts.ROUTES,
    *calls.ROUTES,
    *messages.ROUTES,
    *numbers.ROUTES,
    *recordings.ROUTES,
    *applications.ROUTES,
)
