"""A public address for a port of this machine, by ngrok through pyngrok (extra `tunnel`); nothing is served here.

The account's token comes from NGROK_AUTHTOKEN or ngrok's own configuration, both of which ngrok reads by itself:
pyngrok would put it on a command line, where every user of the machine could read it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.refusals import Failure, Refusal

INSTALL = "pip install 'okta-twilio-ivr[tunnel]'"
# ngrok docs: Errors Reference.
NO_TOKEN = {"ERR_NGROK_4018", "ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107"}
TAKEN = {"ERR_NGROK_108", "ERR_NGROK_334"}  # another session, this address is online already


@contextmanager
def ngrok(port: int, *, program: str | None = None, config_file: str | None = None) -> Iterator[str]:
    """The public https address while the block runs. Refusal without pyngrok, Failure when no tunnel comes up.

    `program` is the ngrok to run, else pyngrok fetches its own at the first use; `config_file` is ngrok's.
    """
    try:
        from pyngrok import conf, exception
        from pyngrok import ngrok as agent
    except ImportError:
        raise Refusal(
            f"`ivr tunnel` needs pyngrok: {INSTALL}, or run `ivr serve`, a tunnel of your own and `ivr setup twilio`."
        ) from None
    logging.getLogger("pyngrok").setLevel(logging.CRITICAL)
    # In a session of its own, or Ctrl-C would end the tunnel before the number is set back.
    config = conf.PyngrokConfig(ngrok_path=program, config_path=config_file, start_new_session=True)
    config.auth_token = None
    try:
        public = agent.connect(f"127.0.0.1:{port}", "http", pyngrok_config=config, bind_tls=True).public_url
    except (exception.PyngrokError, OSError) as error:
        agent.kill(config)
        raise Failure(_sentence(str(error))) from None
    try:
        yield str(public).rstrip("/")
    finally:
        agent.kill(config)


def _sentence(said: str) -> str:
    """By ngrok's error codes. What it said may hold the token, so it is not repeated."""
    codes = set(re.findall(r"ERR_NGROK_\d+", said))
    if codes & NO_TOKEN:
        return "ngrok does not know who you are: set NGROK_AUTHTOKEN to the token of your ngrok account."
    if codes & TAKEN:
        return "Another ngrok of your account is running: end it and run this again."
    named = f" ({', '.join(sorted(codes))})" if codes else ""
    return f"ngrok's tunnel does not come up{named}: check that ngrok.com is open from here, and try `ngrok http 5000`."
