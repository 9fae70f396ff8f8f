"""Every path the fake org answers, in one table."""

from fakes.okta.call import Endpoint
from fakes.okta.endpoints import authn, enrolment, factors, groups, oauth, organization, policies, schemas, users
from fakes.web import Route

ROUTES: tuple[Route[Endpoint], ...] = (
    *users.ROUTES,
    *factors.ROUTES,
    *enrolment.ROUTES,
    *schemas.ROUTES,
    *groups.ROUTES,
    *policies.ROUTES,
    *authn.ROUTES,
    *oauth.ROUTES,
    *organization.ROUTES,
)
