"""The fake org as a Quart application: nothing but the skin around its handler."""

from collections.abc import Awaitable, Callable

from fakes.okta.handler import OktaHandler
from fakes.okta.state import Okta
from fakes.request_log import RequestLog
from fakes.skin import Skin


def create_app(
    okta: Okta, *, sleep: Callable[[float], Awaitable[None]] | None = None, log: RequestLog | None = None
) -> Skin:
    """Every request goes to the org. `sleep` is what makes a `slow_by` fault take time; without it none passes.

    `log` is told of every request; two applications over one org may share it. Without it the application has its own.
    """
    return Skin("fakes.okta", OktaHandler(okta.org, log or RequestLog(okta.org.now)), sleep)
