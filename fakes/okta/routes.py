"""Every path the fake org answers, in one table."""

from fakes.okta.call import Endpoint
from fakes.okta.endpoints import factors, organization, users
from fakes.web import Route

ROUTES: tuple[Route[Endpoint], ...] = (*users.ROUTES, *factors.ROUTES, *organization.ROUTES)
