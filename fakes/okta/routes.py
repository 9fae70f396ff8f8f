"""Every path the fake org answers, in one table."""

from fakes.okta.call import Endpoint
from fakes.okta.endpoints import factors, groups, organization, policies, schemas, users
from fakes.web import Route

ROUTES: tuple[Route[Endpoint], ...] = (
    *users.ROUTES,
    *factors.ROUTES,
    *schemas.ROUTES,
    *groups.ROUTES,
    *policies.ROUTES,
    *organization.ROUTES,
)
