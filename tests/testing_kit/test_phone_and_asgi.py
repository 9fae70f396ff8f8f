"""ASGI applications in projects: what they raise is in the failure of the test, and their WebSockets are reached."""

from collections.abc import Callable

import pytest

from simulator.applications import reach
from simulator.errors import WrongUseError
from simulator.operator.operator import DEFAULT_AUTH_TOKEN
from simulator.testing.line import Line
from tests.testing_kit.lines import MENU, wsgi

Run = Callable[..., pytest.RunResult]
LINE = '''
    """A FastAPI line."""
    import asyncio
    from base64 import b64encode
    from contextlib import asynccontextmanager

    from fastapi import BackgroundTasks, FastAPI, Response, WebSocket


    @asynccontextmanager
    async def living(app):
        await start()
        yield {"greeting": "Hello"}
        await stop()


    async def start():
        pass


    async def stop():
        pass


    app = FastAPI(lifespan=living)


    def twiml(verbs):
        return Response(f"<Response>{verbs}</Response>", media_type="text/xml")


    @app.post("/voice")
    async def voice():
        return twiml('<Connect action="/bye"><Stream url="/agent"/></Connect>')


    @app.post("/bye")
    async def bye():
        return twiml("<Say>Goodbye.</Say>")


    @app.post("/raises")
    async def raises():
        raise ValueError("no such account")


    @app.post("/later")
    async def later(tasks: BackgroundTasks):
        tasks.add_task(fail)
        return twiml("<Say>Thank you.</Say>")


    async def fail():
        await asyncio.sleep(0)
        raise KeyError("too late")


    @app.websocket("/agent")
    async def agent(socket: WebSocket):
        await socket.accept()
        await socket.receive_json()
        stream = (await socket.receive_json())["streamSid"]
        sound = b64encode(bytes(8000)).decode()
        await socket.send_json({"event": "media", "streamSid": stream, "media": {"payload": sound}})
        await socket.send_json({"event": "mark", "streamSid": stream, "mark": {"name": socket.state.greeting}})
        while (message := await socket.receive_json())["event"] != "mark":
            pass
        if message["mark"]["name"] == "Hello":
            await socket.close()
'''
DIALS = "def test_it(phone):\n    phone.dial()\n    phone.hears('hello')\n"
PATH = "\n@pytest.fixture\ndef voice_path():\n    return '{}'\n"


def awaited(test: str) -> str:
    return test.replace("def ", "async def ").replace("phone.", "await phone.")


def run_at(run: Run, path: str, test: str, line: str = LINE) -> pytest.RunResult:
    from tests.testing_kit.conftest import CONFTEST

    return run(line, test, conftest=CONFTEST + PATH.format(path))


either_test = pytest.mark.parametrize("told", [str, awaited], ids=["sync", "async"])


@either_test
def test_what_a_handler_raises_is_in_the_failure(run: Run, told: Callable[[str], str]) -> None:
    result = run_at(run, "/raises", told(DIALS))

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*application *POST https://app.example/raises -> 500",
            "*application * Traceback (most recent call last):",
            '*application * File "*line.py", line *, in raises',
            "*application * ValueError: no such account",
            "*11200 *answered 500: it raised ValueError: no such account*",
        ]
    )
    assert "starlette" not in result.stdout.str()


@either_test
def test_what_is_raised_behind_the_answer_is_in_the_failure(run: Run, told: Callable[[str], str]) -> None:
    result = run_at(run, "/later", told(DIALS))

    result.assert_outcomes(failed=1)
    lines = ["*application *raised an exception when its answer had left", "*in fail", "*KeyError: 'too late'"]
    result.stdout.fnmatch_lines(lines)


@either_test
@pytest.mark.parametrize("moment", ["start", "stop"])
def test_a_lifespan_that_fails_says_with_which_traceback(run: Run, told: Callable[[str], str], moment: str) -> None:
    failing = LINE.replace(
        f"async def {moment}():\n        pass", f"async def {moment}():\n        raise OSError('no db')"
    )
    test = "def test_it(phone):\n    phone.dial()\n    phone.hang_up()\n"

    result = run_at(run, "/voice", told(test), failing)

    assert result.parseoutcomes() in ({"errors": 1}, {"failed": 1}, {"passed": 1, "errors": 1})
    result.stdout.fnmatch_lines(
        [f"*the application failed to {moment}: Traceback*", f"*in {moment}", "*OSError: no db"]
    )
    assert "lifespan.py" not in result.stdout.str()


@either_test
def test_an_agent_on_a_stream_in_this_process(run: Run, told: Callable[[str], str]) -> None:
    test = """
        def test_it(phone):
            phone.dial()
            phone.wait(2)
            phone.hears("goodbye")
            phone.ended()
    """

    result = run_at(run, "/voice", told(test))

    result.assert_outcomes(passed=1)


def test_under_another_event_loop_the_remedy_is_said() -> None:
    """As under trio: nobody answers asyncio's questions."""
    reached = reach(wsgi({"/voice": lambda params: MENU}), "/voice", run=lambda call: None)  # type: ignore[arg-type,return-value]
    opening = Line(reached, called="+12075551234", auth_token=DEFAULT_AUTH_TOKEN, seed=0, mobile=None).__aenter__()  # type: ignore[arg-type]

    with pytest.raises(WrongUseError, match="runs on asyncio's event loop, not on trio's: use"):
        opening.send(None)
