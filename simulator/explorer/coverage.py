"""Coverage of the call tree: which options of which menus were taken, counted over calls; merged, written, shown.

It knows the menus that were reached, and no others: what no call has come to is a matter for `phone explore`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.explorer.menus import Menu, visits
from simulator.operator.journal import Entry
from simulator.printable import json_text, one_line

_KEYS = "1234567890*#"
_WIDTH = 52


class Coverage:
    """Grows with every journal and every other coverage that is added."""

    def __init__(self) -> None:
        self._taken: dict[Menu, Counter[str]] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        """The calls of a journal."""
        for visit in visits(entries):
            taken = self._taken.setdefault(visit.menu, Counter())
            if visit.taken:
                taken[visit.taken] += 1

    def merge(self, data: Mapping[str, Any]) -> None:  # JSON's own types
        """What `to_data` has given, here or in another process."""
        for each in data["menus"]:
            menu = Menu(each["path"], each["prompt"], tuple(each["options"]))
            self._taken.setdefault(menu, Counter()).update(each["taken"])

    @property
    def menus(self) -> Mapping[Menu, Mapping[str, int]]:
        """How often each thing was done at each menu, by path and prompt."""
        return {menu: self._taken[menu] for menu in sorted(self._taken, key=lambda menu: (menu.path, menu.prompt))}

    @property
    def options(self) -> int:
        """How many there are in all."""
        return sum(len(menu.options) for menu in self._taken)

    @property
    def taken(self) -> int:
        """How many of them were taken at least once."""
        return self.options - sum(len(never(menu, taken)) for menu, taken in self._taken.items())

    @property
    def percent(self) -> float:
        """Of the options; 0 when no menu was reached."""
        return 100 * self.taken / self.options if self.options else 0.0

    def to_data(self) -> dict[str, Any]:  # JSON's own types
        """As JSON values."""
        return {
            "options": self.options,
            "taken": self.taken,
            "percent": round(self.percent, 1),
            "menus": [
                {
                    "path": menu.path,
                    "prompt": menu.prompt,
                    "options": list(menu.options),
                    "taken": dict(sorted(taken.items())),
                    "never": list(never(menu, taken)),
                }
                for menu, taken in self.menus.items()
            ],
        }

    def to_json(self) -> str:
        """The document, with a newline at its end."""
        return json_text(self.to_data(), indent=1) + "\n"

    def summary(self) -> str:
        """One line."""
        menus = f"{len(self._taken)} menu{'' if len(self._taken) == 1 else 's'}"
        return f"{self.taken} of {self.options} options of {menus} taken ({self.percent:.0f} %)"

    def table(self) -> Iterator[str]:
        """A line a menu: how often each key was pressed (· announced but never), other things, what is missing."""
        yield f"{'menu':<{_WIDTH}} {' '.join(f'{key:>2}' for key in _KEYS)}  others; never taken"
        for menu, taken in self.menus.items():
            keys = " ".join(f"{_cell(key, menu, taken):>2}" for key in _KEYS)
            others = ", ".join(f"{what} {count}" for what, count in sorted(taken.items()) if what not in tuple(_KEYS))
            missing = ", ".join(never(menu, taken))
            rest = "; ".join(part for part in (others, f"never: {missing}" if missing else "") if part)
            yield one_line(f"{_name(menu):<{_WIDTH}} {keys}  {rest}".rstrip())


def never(menu: Menu, taken: Mapping[str, int]) -> tuple[str, ...]:
    """The options that nobody took."""
    return tuple(option for option in menu.options if not taken.get(option))


def _cell(key: str, menu: Menu, taken: Mapping[str, int]) -> str:
    count = taken.get(key, 0)
    return "99" if count > 99 else str(count) if count else "·" if key in menu.options else ""


def _name(menu: Menu) -> str:
    name = one_line(f"{menu.path}  {menu.prompt}")
    return name if len(name) <= _WIDTH else f"{name[: _WIDTH - 1]}…"
