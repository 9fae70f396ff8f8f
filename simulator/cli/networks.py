"""Which network the options mean: the demo's, or one that reaches an application elsewhere; opens nothing itself."""

from typing import TYPE_CHECKING

from simulator.cli.options import Options
from simulator.cli.refusal import Refusal

if TYPE_CHECKING:
    from simulator.network import OpenNetwork


def network_of(options: Options, demo: "OpenNetwork | None") -> "OpenNetwork":
    """The network that the options mean; raises Refusal."""
    from simulator.cli.remote import Application, leniently, open_remote, with_control_plane, with_recordings
    from simulator.network import CALLED
    from simulator.operator.operator import DEFAULT_AUTH_TOKEN

    if options.url is not None:
        application = Application(
            options.url,
            options.method or "POST",
            options.called or CALLED,
            options.fallback_url,
            options.status_callback,
            options.auth_token or DEFAULT_AUTH_TOKEN,
        )
        network = open_remote(application)
        if options.okta is not None:
            network = with_control_plane(network, options.okta)
    elif demo is not None:
        network = demo
    else:
        raise Refusal("there is no demo in this installation; say which application to call with --url")
    if options.recordings:
        network = with_recordings(network)
    return leniently(network) if options.lenient else network
