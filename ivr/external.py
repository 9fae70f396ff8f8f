"""How the line and its commands reach the world: sessions, blocking work, SDK clients, time, chance, folders."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ivr.printing import Failure, Refusal


class Session(Protocol):
    """What is needed of an `aiohttp.ClientSession`; `Any` because aiohttp is imported only when used."""

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        """As in aiohttp."""
        ...

    async def close(self) -> None:
        """As in aiohttp."""
        ...


class OwnSession:
    """An aiohttp session that minds HTTPS_PROXY and NO_PROXY alike.

    The okta SDK passes a `proxy` of its own making, without NO_PROXY, so even loopback requests would go there.
    Must be made while an event loop runs.
    """

    def __init__(self) -> None:
        import aiohttp  # a quarter of a second, so only when a request is due

        self._session = aiohttp.ClientSession(trust_env=True)

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[Any]:
        """As in aiohttp, without `proxy`."""
        options.pop("proxy", None)
        return self._session.request(method, url, **options)

    async def close(self) -> None:
        """As in aiohttp."""
        await self._session.close()


class Connection:
    """A session given from outside, never closed here, or our own, made at first use."""

    def __init__(self, given: Session | None) -> None:
        self._given = given
        self._own: Session | None = None

    def session(self) -> Session:
        """The session to use now."""
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = OwnSession()
        return self._own

    async def close(self) -> None:
        """Close what was made here."""
        if self._own is not None:
            await self._own.close()
            self._own = None


PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, text and the Date header, '' when there is none."""

    status: int
    text: str
    date: str


async def ask(connection: Connection, method: str, url: str, headers: Mapping[str, str] | None = None) -> Reply | str:
    """The reply, or in a word why there is none."""
    import aiohttp  # a quarter of a second, so only when used

    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with connection.session().request(
            method, url, headers=dict(headers or {}), timeout=timeout, allow_redirects=False
        ) as response:
            return Reply(int(response.status), str(await response.text()), response.headers.get("Date") or "")
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        return type(error).__name__


TWILIO_PATIENCE = 15.0  # seconds
INSTALL = "pip install 'okta-twilio-ivr[tunnel]'"
# ngrok docs: Errors Reference.
NO_TOKEN = {"ERR_NGROK_4018", "ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107"}
TAKEN = {"ERR_NGROK_108", "ERR_NGROK_334"}  # another session, this address is online already


def twilio_http_client() -> Any:
    """Make the SDK's own HTTP client. The SDK is loaded only here: it costs a quarter of a second.

    It would log eight lines a request; what matters of an answer is said by whoever asked.
    """
    from twilio.http.http_client import TwilioHttpClient

    logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
    return TwilioHttpClient(timeout=TWILIO_PATIENCE)


@contextmanager
def ngrok(port: int, *, program: str | None = None, config_file: str | None = None) -> Iterator[str]:
    """Open a tunnel to a port of this machine, and give its public https address.

    Refusal without pyngrok (extra `tunnel`), Failure when no tunnel comes up. The account's token comes from
    NGROK_AUTHTOKEN or ngrok's own configuration, both of which ngrok reads by itself: pyngrok would put it on a command
    line, where every user of the machine could read it.

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


def strong_password() -> str:
    """Draw a password that nobody needs to know; the end satisfies password rules."""
    return secrets.token_urlsafe(24) + "-aA1"


def sdk_folders() -> tuple[Path, ...]:
    """List where Okta's SDK looks for an okta.yaml: the working directory, which wins, and the user's own folder."""
    try:
        return Path.cwd(), Path.home() / ".okta"
    except (OSError, RuntimeError):  # a folder that is gone, a user without a home
        return ()


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """`session` carries what goes to Okta and to the line itself, `twilio` makes the SDK's HTTP client.

    `folders` are where configuration of Okta's SDK may lie, `tunnel` gives a port a public address, and the line is
    served `until` that is over (None: until Ctrl-C).
    """

    session: Session | None = None
    twilio: Callable[[], Any] = twilio_http_client
    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    password: Callable[[], str] = strong_password
    folders: Callable[[], tuple[Path, ...]] = sdk_folders
    tunnel: Callable[[int], AbstractContextManager[str]] = ngrok
    until: Callable[[], Awaitable[None]] | None = None


T = TypeVar("T")


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """What `work` returns or raises. As `asyncio.to_thread`, whose threads would hold up Ctrl-C until they are done."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():  # nobody waits any more
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type]  # T's own None
        else:
            done.set_exception(error)

    def run() -> None:
        result, trouble = None, None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            trouble = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, result, trouble)

    threading.Thread(target=run, daemon=True, name="left behind").start()
    return await done
