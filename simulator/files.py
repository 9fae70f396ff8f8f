"""Files that a command writes: checked before anything happens, whole or growing line by line, never two in one."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TextIO

from simulator.errors import WrongUseError


def check_outputs(outputs: Mapping[str, Path | None], inputs: Iterable[Path] = ()) -> None:
    """Before any call is made: raises WrongUseError for a file that could not be written, or that is another's.

    `outputs` are named by their options, None where an option was not given; `inputs` are read.
    """
    taken = {each.resolve(): "that is read, too" for each in inputs}
    for option, path in outputs.items():
        if path is None:
            continue
        check_writable(path)
        if path.resolve() in taken and _is_file(path):
            raise WrongUseError(f"{option} {path} would replace a file {taken[path.resolve()]}: give it another name")
        taken[path.resolve()] = f"that {option} writes"


def check_writable(path: Path) -> None:
    """Raises WrongUseError when the file could not be written in the end."""
    if path.is_dir():
        raise WrongUseError(f"{path} is a directory, not a file to write to")
    if not path.parent.is_dir():
        raise WrongUseError(f"{path} cannot be written: there is no directory {path.parent}")
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK):
        raise WrongUseError(f"{path} cannot be written: no permission")


def write_file(path: Path, text: str) -> None:
    """Whole or not at all. Raises WrongUseError."""
    try:
        draft = Draft(path)
        try:
            draft.write(text)
            draft.finish()
        except OSError:
            draft.discard()
            raise
    except OSError as error:
        raise WrongUseError(f"{path} cannot be written: {error.strerror}") from None


class Draft:
    """A file that is written beside its place, and put there when it is whole. A pipe is written to as it is.

    Every method may raise OSError; then `discard` leaves the place as it was.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        self._is_file = _is_file(self._path)
        self._draft = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp") if self._is_file else self._path
        self._file = self._draft.open("w", encoding="utf-8")

    def write(self, text: str) -> None:
        """Add to it; that a disk is full is known at once."""
        self._file.write(text)
        self._file.flush()

    def finish(self) -> None:
        """Put the file where it belongs: it is whole."""
        self._file.close()
        if self._is_file:
            self._draft.replace(self._path)

    def discard(self) -> None:
        """Throw it away: it never will be whole."""
        _close(self._file)
        if self._is_file:
            self._draft.unlink(missing_ok=True)


class GrowingFile:
    """A file of lines that are there as soon as they are written, for one process alone.

    What was in it is lost. Raises WrongUseError when it cannot be opened, or another process writes it.
    """

    def __init__(self, path: Path) -> None:
        check_writable(path)
        try:
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666), "w", encoding="utf-8")
            self._take(path)
        except OSError as error:
            raise WrongUseError(f"{path} cannot be written: {error.strerror}") from None

    def write(self, line: str) -> None:
        """Add a line. Raises OSError."""
        self._file.write(f"{line}\n")
        self._file.flush()

    def close(self) -> None:
        """Let others have it; what could not be written is not told again."""
        _close(self._file)

    def _take(self, path: Path) -> None:
        """Have the file alone; a terminal, a pipe and /dev/null may have several writers."""
        if not S_ISREG(os.fstat(self._file.fileno()).st_mode):
            return
        if not _is_locked_for_us(self._file):
            _close(self._file)
            raise WrongUseError(f"{path} is being written by another process: give each a file of its own")
        self._file.truncate(0)


def _is_locked_for_us(file: TextIO) -> bool:
    """Lock it until it is closed; where files cannot be locked nobody is kept out."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _is_file(path: Path) -> bool:
    return path.is_file() or not path.exists()


def _close(file: TextIO) -> None:
    with suppress(OSError):  # what is left in its buffer cannot be written
        file.close()
