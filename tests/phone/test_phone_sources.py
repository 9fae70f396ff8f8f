"""Which changes of files `phone --reload PATH` sees, however they are saved, and which it leaves alone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.phone.watching import changed, look


def save_by_writing(path: Path) -> None:
    path.write_text(f"{path.read_text()}!")


def save_by_renaming(path: Path) -> None:
    """As most editors do: the new text in a file beside it, then in its place."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(f"{path.read_text()}!")
    beside.replace(path)


def save_with_a_backup(path: Path) -> None:
    """As Vim can: the old file gets another name, the new text the old name."""
    text = path.read_text()
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(f"{text}!")


def save_the_same_again(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


@pytest.mark.parametrize("save", [save_by_writing, save_by_renaming, save_with_a_backup, save_the_same_again])
@pytest.mark.parametrize("watched", ["app.py", "."])
def test_every_save_is_seen_and_not_only_the_first(tmp_path: Path, save: Callable[[Path], None], watched: str) -> None:
    app = tmp_path / "app.py"
    app.write_text("first")

    for _ in range(3):
        before = dict(look(tmp_path / watched))
        assert changed(before, dict(look(tmp_path / watched))) is None
        save(app)
        assert changed(before, dict(look(tmp_path / watched))) == "app.py"


def test_a_file_that_is_gone_for_a_moment_has_not_changed(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text("first")
    before = dict(look(app))
    app.rename(tmp_path / "elsewhere")

    assert changed(before, dict(look(app))) is None
    (tmp_path / "elsewhere").rename(app)
    assert changed(before, dict(look(app))) is None


def test_a_file_that_is_named_is_watched_whatever_it_is(tmp_path: Path) -> None:
    (tmp_path / "line.conf").write_text("")

    assert [path.name for path, _ in look(tmp_path / "line.conf")] == ["line.conf"]


def test_in_a_folder_only_sources_are_watched(tmp_path: Path) -> None:
    sources = ["app.py", "line.js", "menu.ts", "templates/welcome.html", "twiml/menu.xml", "deep/er/still.rb", "UP.PY"]
    others = [
        *("app.log", "calls.jsonl", "store.sqlite3", "state.json", "app.pyc", "app.py~", "#app.py#", ".app.py.swp"),
        *(".git/hooks/hook.py", "__pycache__/app.py", "node_modules/express/index.js", "Makefile", "4913"),
        *("env/pyvenv.cfg", "env/lib/site.py", "lib/site-packages/flask.py"),
    ]
    for name in (*sources, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    found = {path.relative_to(tmp_path.resolve()).as_posix() for path, _ in look(tmp_path)}

    assert found == set(sources)


def test_what_the_phone_writes_is_left_out(tmp_path: Path) -> None:
    for name in ("app.py", "call.html"):
        (tmp_path / name).write_text("")

    found = [path.name for path, _ in look(tmp_path, {(tmp_path / "call.html").resolve()})]

    assert found == ["app.py"]


def test_a_link_that_leads_back_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)

    assert [path.name for path, _ in look(tmp_path)] == ["app.py"]
