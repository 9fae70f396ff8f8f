"""`phone call --recordings`: where the application is told that its recordings can be fetched."""

from click.testing import CliRunner

from simulator.cli.phone import make_phone
from tests.callers.line import Line, Params, Play, open_line

SCRIPT = "- {record: 1, end: '#'}\n- expect_end: completed"


def recording_urls(play: Play, *options: str) -> list[str]:
    told: list[str] = []

    def done(params: Params) -> str:
        told.append(params["RecordingUrl"])
        return "<Hangup/>"

    network = open_line(Line({"/voice": '<Record action="/done"/>', "/done": done}))
    result = CliRunner().invoke(make_phone(network), ["call", str(play.write(SCRIPT)), *options])

    assert result.exit_code == 0, result.output
    return told


def test_recordings_are_told_to_be_at_twilios_host(play: Play) -> None:
    (url,) = recording_urls(play)

    assert url.startswith("https://api.twilio.com/2010-04-01/Accounts/AC")


def test_with_recordings_they_are_on_this_machine(play: Play) -> None:
    (url,) = recording_urls(play, "--recordings")

    assert url.startswith("http://127.0.0.1:")
    assert "/2010-04-01/Accounts/AC" in url
