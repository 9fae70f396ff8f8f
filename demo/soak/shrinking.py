"""A breach with as few calls as still show it: other calls are left out, whatever else happens stays as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from demo.soak.judge import Breach
from demo.soak.round import Outcome, Round

MOST_TRIES = 24
Run = Callable[[Round], Outcome]


@dataclass(frozen=True, slots=True)
class Shrunk:
    what: Round
    breach: Breach


def shrunk(what: Round, breach: Breach, run: Run) -> Shrunk:
    """The same law broken by fewer calls, if that is found within a few tries; what was given otherwise."""
    best = Shrunk(what, breach)
    if breach.call is None:
        return best
    tries = 0
    for numbers in _guesses(what, breach.call):
        tries += 1
        found = _broken(replace(what, only=numbers), breach, run)
        if found is not None:
            best = found
            break
    while tries < MOST_TRIES and best.what.only is not None and len(best.what.only) > 1:
        for numbers in _smaller(best.what.only):
            tries += 1
            found = _broken(replace(what, only=numbers), breach, run)
            if found is not None:
                best = found
                break
            if tries >= MOST_TRIES:
                return best
        else:
            return best
    return best


def _broken(what: Round, breach: Breach, run: Run) -> Shrunk | None:
    found = run(what).breach
    return Shrunk(what, found) if found is not None and found.check == breach.check else None


def _guesses(what: Round, call: int) -> Iterator[frozenset[int]]:
    """The call alone; with earlier ones from its number; with the earlier ones of its spell; with all earlier ones."""
    spells = list(what.spells())
    earlier = [each for each in spells[call // what.spell].calls if each.number <= call]
    phone = earlier[-1].phone
    yield frozenset({call})
    yield frozenset(each.number for each in earlier if each.phone == phone)
    yield frozenset(each.number for each in earlier)
    yield frozenset(range(call + 1))


def _smaller(numbers: frozenset[int]) -> Iterator[frozenset[int]]:
    """Without either half, then without each one, if there are few."""
    row = sorted(numbers)
    if len(row) > 3:
        half = len(row) // 2
        yield frozenset(row[half:])
        yield frozenset(row[:half])
    if len(row) <= 10:
        for number in row:
            yield numbers - {number}
