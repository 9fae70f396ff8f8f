"""Bad luck: an env file as some editor left it, and settings whose names are mistyped; each told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import make_cli
from ivr.settings import SettingsError, load_settings, unknown_line

TEXT = "IVR_BACKEND=cassette\nAPP_CUSTOMER_NAME=Café\n"
NOT_UTF8 = {
    "UTF-16 as Windows writes it": TEXT.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "Latin-1": TEXT.encode("latin-1"),
    "a binary": bytes(range(256)),
    "half a character": TEXT.encode()[:-2],
    "a null": b"IVR_BACKEND=cassette\0\n",
}


def ivr(folder: Path, *words: str, **environ: str) -> Result:
    return CliRunner().invoke(make_cli({}, environ), [*words, "--env-file", str(folder / ".env")])


@pytest.mark.parametrize("octets", NOT_UTF8.values(), ids=NOT_UTF8.keys())
@pytest.mark.parametrize("command", ["serve", "doctor", "tunnel", "setup twilio", "setup okta"])
def test_an_env_file_that_is_not_utf_8_is_one_sentence(command: str, octets: bytes, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(octets)

    done = ivr(tmp_path, *command.split())

    assert done.exit_code == (1 if command == "doctor" else 2)
    assert f"{tmp_path / '.env'} is not in UTF-8" in done.output
    assert ("UTF-16" in done.output) is (b"\0" in octets[:2] or octets[:2] in (b"\xff\xfe", b"\xfe\xff"))


def test_a_mark_at_the_beginning_hides_no_setting(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(TEXT.encode("utf-8-sig"))

    settings = load_settings({}, env_file=file)

    assert (settings.backend, settings.customer_name) == ("cassette", "Café")


def test_an_env_file_that_may_not_be_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".env").touch()
    monkeypatch.setattr(Path, "read_bytes", refuses)  # root, as in containers, may read anything

    with pytest.raises(SettingsError, match=r"\.env cannot be read \(Permission denied\): allow it"):
        load_settings({}, env_file=tmp_path / ".env")


def test_octets_of_the_environment_that_are_no_text_are_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r"^APP_CUSTOMER_NAME is malformed: .*"):
        load_settings({"APP_CUSTOMER_NAME": "Caf\udce9"})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("IVR_WRONG_CODE", "IVR_WRONG_CODES"),
        ("IVR_CHALLENGE_PER_HOUR", "IVR_CHALLENGES_PER_HOUR"),
        ("ivr_backend", "IVR_BACKEND"),
        ("IVR_EVENPACE", "IVR_EVEN_PACE"),
    ],
)
def test_a_mistyped_setting_is_named_with_the_one_that_may_be_meant(name: str, meant: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("IVR_QWXZ=1\n")

    settings = load_settings({name: "2", "PATH": "/bin", "IVR_BACKEND": "fake"}, env_file=tmp_path / ".env")

    line = unknown_line(settings)
    assert line is not None
    assert f"{name} (is {meant} meant?)" in line
    assert "IVR_QWXZ" in line
    assert "PATH" not in line


def test_a_setting_with_a_hostile_name_is_shown_and_obeyed_by_no_terminal() -> None:
    line = unknown_line(load_settings({"IVR_\x1b]52;c;x\x07\n::error::": "1"}))

    assert line is not None
    assert line.isprintable()


def test_no_unknown_setting_is_no_line() -> None:
    assert unknown_line(load_settings({"IVR_BACKEND": "fake", "HOME": "/"})) is None


@pytest.mark.parametrize("url", ["https://[::1", "http://host:99999", "http://host:port", "https://h:0", "http://"])
def test_an_address_that_is_none_is_malformed(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^IVR_PUBLIC_URL is malformed: it must be a web address"):
        load_settings({"IVR_PUBLIC_URL": url})
