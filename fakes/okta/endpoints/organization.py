"""What an org tells about itself: the well-known document that needs no credentials."""

from fakes.okta.call import Call, Endpoint
from fakes.web import Response, Route, json_response


def well_known(call: Call) -> Response:
    return json_response(
        {
            "id": "00ofakeorganization0",
            "pipeline": call.org.pipeline,
            "_links": {"organization": {"href": call.base}},
        }
    )


ROUTES: tuple[Route[Endpoint], ...] = (Route("GET", "/.well-known/okta-organization", well_known, "", "api"),)
