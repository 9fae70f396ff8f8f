"""Whatever an application says, `phone load` prints and writes it harmlessly; a program of its own, for Locust."""

from pathlib import Path

from fakes.doors import served
from tests.load.test_load_command import PHONE, ended, started
from tests.printing.harmless import MARK, harm_in
from tests.printing.hostile_line import NUMBERS, hostile_application
from tests.printing.test_phone_prints_harmlessly import script_for


async def test_a_load_is_told_harmlessly(tmp_path: Path) -> None:
    cases, report = ("gather", "text", "an attribute"), tmp_path / "report.json"
    names = {case: f"{case} {MARK}\x1b[2J\x9b31m" for case in cases}
    scripts = [str(script_for(case, tmp_path / f"{case}.yaml", name)) for case, name in names.items()]
    callers = tmp_path / "callers"
    callers.write_text("".join(f"{NUMBERS[case]} {name}\n" for case, name in names.items()))

    async with served(hostile_application()) as url:
        words = ["--url", f"{url}/voice", "--callers", str(callers), "--users", "3", "--calls", "3", "--rate", "50"]
        code, out, err = await ended(await started("-c", PHONE, "load", *scripts, *words, "--report", str(report)))

    assert code == 1, err
    assert MARK in out
    assert harm_in(out + err) == []
    assert harm_in(report.read_text("utf-8")) == []
