"""A journal's entries by call: the phones a call has rung belong to it, and so does the trouble of that time."""

from collections.abc import Iterable

from simulator.operator.beside import TroubleBegan, TroubleEnded
from simulator.operator.journal import Entry
from simulator.vocabulary import Ended, Rang, Ring


def by_call(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """What happened to each call, by its sid, in the order they began; each begins with the Rang or Ring that began it.

    Trouble is journalled once for all calls. Here each call has it as its own: what was on when it began right after
    its beginning, what was switched until its end where that happened.
    """
    callers: dict[str, str] = {}
    told: dict[str, list[Entry]] = {}
    up: set[str] = set()
    on: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.item, TroubleBegan | TroubleEnded):
            follow(on, entry)
            for sid in up:
                told[sid].append(entry._replace(sid=sid))
            continue
        is_beginning = False
        if isinstance(entry.item, Rang | Ring):
            parent = entry.item.parent if isinstance(entry.item, Ring) else None
            callers[entry.sid] = callers.get(parent or "", entry.sid)
            is_beginning = callers[entry.sid] not in told
        if entry.sid not in callers:
            continue
        sid = callers[entry.sid]
        told.setdefault(sid, []).append(entry)
        if is_beginning:
            up.add(sid)
            told[sid] += [Entry(entry.at, sid, each.item) for each in on.values()]
        elif isinstance(entry.item, Ended) and entry.sid == sid:
            up.discard(sid)
    return told


def follow(on: dict[str, Entry], entry: Entry) -> None:
    """Keep account of what trouble is on, by name."""
    if isinstance(entry.item, TroubleBegan):
        on[entry.item.name] = entry
    elif isinstance(entry.item, TroubleEnded):
        on.pop(entry.item.name, None)
