"""Options of menus: announced and leading nowhere, not announced, or announced in words that are not understood.

A key that leads where wrong keys lead is often meant so ("press star for the menu", "press 2 if not", "press 0 for an
operator"). It is an error only if the line then says that there is no such option; otherwise it is a note, and nothing
where the announcement itself explains it.

Not judged: places that announce no key in words (sound files, codes) or that speak another language, too, and those
behind a fault, where an application in trouble may well announce less than it takes.
"""

import re
from collections import Counter
from collections.abc import Iterator

from simulator.explorer.announced import ENGLISH, announced, announcing, purposes
from simulator.explorer.drawing.arrows import label
from simulator.explorer.findings.finding import Finding, Survey, meets_webhook_fault
from simulator.explorer.fingerprints import without_numbers
from simulator.explorer.tree import Edge, State

_FEW_KEYS = 3
"""So few unannounced keys do not show what a wrong key leads to."""
_REJECTS = re.compile(
    r"\binvalid\b|\bno such\b|\bun(?:known|recogni[sz]ed)\b"
    r"|\b(?:not|\w+n[’']t)\s+(?:\w+\s+){0,3}?(?:valid|options?|choices?|selections?|understand|recogni[sz]ed?)\b"
    r"|\b(?:wrong|bad)\s+(?:key|option|choice|selection|number|digit|input|entry)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:no|not|\w+n[’']t|wrong|incorrect)\b", re.IGNORECASE)
_EXPLAINS = re.compile(
    r"\b(?:menu|options|main|again|repeat|replay|back|return|restart|start over|previous|re-?enter|re-?try|try"
    r"|change|any|other|others|else|otherwise|cancel)\b",
    re.IGNORECASE,
)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|you|your|and|please|press|enter|dial|with|this|thanks?|welcome|hello|call|keys?|digits?|number|now|goodbye)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")
_SOUND = re.compile(r"https?://|/\S*\.\w{2,4}$")
_FEW_LETTERS = 20
"""Fewer do not show which language they are."""

Outcome = tuple[object, ...]
"""What a move came to, for the caller."""


def options_that_lead_nowhere(survey: Survey) -> Iterator[Finding]:
    """Every announced key that fails its caller."""
    for state in survey.tree.states:
        if state.kind == "gather":
            yield from _at_menu(survey, state)
    for edge in survey.tree.edges:
        yield from _unheard(survey, edge)


def _at_menu(survey: Survey, state: State) -> Iterator[Finding]:
    """The announced keys that do what wrong keys do: those the line rejects, and the others in one note."""
    wrong = _what_wrong_keys_do(survey, state)
    purposes_of = purposes(state.heard, survey.policy.patterns) if wrong is not None else {}
    by_key = {edge.move.value: edge for edge in survey.plain(state) if edge.move.kind == "keys"}
    unexplained: list[Edge] = []
    for keys, purpose in purposes_of.items():
        edge = by_key.get(keys)
        if edge is None or _outcome(survey, edge) != wrong or survey.target(edge).ending == "application-error":
            continue
        rejection = next((words for words in edge.heard if _REJECTS.search(words)), None)
        if _DENIES.search(purpose):
            continue
        if rejection is not None:
            yield _rejected(survey, edge, purpose, rejection)
        elif survey.target(edge).kind != "ended" and not _EXPLAINS.search(purpose):
            unexplained.append(edge)
    for edge in unexplained:
        yield _like_others(survey, edge, label(unexplained))


def _rejected(survey: Survey, edge: Edge, purpose: str, rejection: str) -> Finding:
    source, keys = survey.source(edge), edge.move.value
    offer = f"{keys} (“{purpose}”)" if purpose else keys
    return Finding(
        f"option-nowhere:{survey.place(source)}:{keys}",
        "option-nowhere",
        "error",
        f"{survey.where(source)} announces {offer} and answers it like a wrong key: “{rejection.rstrip('.')}”.",
        "correct the branch for this key, or do not announce it",
        edge.id,
    )


def _like_others(survey: Survey, edge: Edge, moves: str) -> Finding:
    source = survey.source(edge)
    return Finding(
        f"option-nowhere:{survey.place(source)}:like-others",
        "option-nowhere",
        "note",
        f"At {survey.where(source)}, to {moves} leads where every unannounced key leads.",
        "if that is not meant so, a branch is missing",
        edge.id,
    )


def _unheard(survey: Survey, edge: Edge) -> Iterator[Finding]:
    target = survey.target(edge)
    if target.kind != "ended" or target.ending == "application-error" or meets_webhook_fault(edge):
        return
    keys = announced(edge.heard, survey.policy.patterns)
    if keys:
        document = survey.document(edge)
        yield Finding(
            f"option-nowhere:{document}:unheard:{','.join(keys)}",
            "option-nowhere",
            "error",
            f"{document} announces {', '.join(keys)}, and the call ends: nobody listens for keys.",
            "put the prompt into a Gather",
            edge.id,
        )


def unannounced_options(survey: Survey) -> Iterator[Finding]:
    """Every key of a menu that does something nobody was told of."""
    for state in survey.tree.states:
        is_judged = state.kind == "gather" and not any(move.fault for move in survey.tree.path_to(state).moves)
        told = survey.announced(state) if is_judged and not _foreign_languages(survey, state) else ()
        wrong = _what_wrong_keys_do(survey, state) if told else None
        if wrong is None:
            continue
        for edge in survey.plain(state):
            if _is_hidden(survey, edge, told, wrong):
                yield Finding(
                    f"unannounced:{survey.place(state)}:{edge.move.value}",
                    "unannounced",
                    "warning",
                    f"At {survey.where(state)}, {edge.move.value} leads somewhere and no prompt announces it.",
                    "announce the key, or treat it like any other wrong key",
                    edge.id,
                )


def _is_hidden(survey: Survey, edge: Edge, told: tuple[str, ...], wrong: Outcome) -> bool:
    keys = edge.move.value
    if edge.move.kind != "keys" or len(keys) != 1 or any(each.startswith(keys) for each in told):
        return False
    came = _outcome(survey, edge)
    if came in (wrong, _outcome_of_silence(survey, edge)) or survey.target(edge).ending == "application-error":
        return False
    return not _reads_again(survey, edge)


def _reads_again(survey: Survey, edge: Edge) -> bool:
    """A menu that the caller has heard before in this call is read out once more, as the pound key often does."""
    target, patterns = survey.target(edge), survey.policy.patterns
    menu = announcing(edge.heard, patterns)
    path = survey.tree.path_through(edge)
    return target.kind == "gather" and any(
        announcing(survey.source(each).heard, patterns) == menu for each in path.edges
    )


def _outcome_of_silence(survey: Survey, edge: Edge) -> Outcome | None:
    """What silence comes to at the same place: a lone finishOnKey is an empty input, and does the same."""
    silent = (each for each in survey.plain(survey.source(edge)) if each.move.kind == "silence")
    return next((_outcome(survey, each) for each in silent), None)


def _outcome(survey: Survey, edge: Edge) -> Outcome:
    """What a move came to, for the caller; finer than a fingerprint may be. "You pressed 3" is the same as for 4."""
    target = survey.target(edge)
    return target.kind, target.ending, survey.document(edge), *map(without_numbers, edge.heard)


def _what_wrong_keys_do(survey: Survey, state: State) -> Outcome | None:
    """What most unannounced keys come to; None when too few were pressed."""
    told = survey.announced(state)
    others = [
        _outcome(survey, edge)
        for edge in survey.plain(state)
        if edge.move.kind == "keys" and len(edge.move.value) == 1 and edge.move.value not in told
    ]
    if len(others) < _FEW_KEYS:
        return None
    most, count = Counter(others).most_common(1)[0]
    return most if count > 1 else None


def unreadable_announcements(survey: Survey) -> Iterator[Finding]:
    """One note a language, with the places where keys are taken after it was spoken."""
    places: dict[str, dict[str, None]] = {}
    for state in survey.tree.states:
        for language in _foreign_languages(survey, state):
            places.setdefault(language, {})[survey.where(state)] = None
    for language, where in places.items():
        yield Finding(
            f"announcements:{language}",
            "announcements",
            "note",
            f"{' and '.join(where)} {'speaks' if len(where) == 1 else 'speak'} {language}: "
            "which keys that announces was not understood, so options are not judged there.",
            "say how the line announces keys, such as --announce 'drücken Sie (?P<keys>[0-9*#])'",
        )


def _foreign_languages(survey: Survey, state: State) -> tuple[str, ...]:
    """Other languages than English that are spoken where keys are taken; none where the user has said what to look for.

    Named by the `language` of Say or its voice; where that says English and the words do not, what they are is unknown.
    """
    takes_keys = state.input is not None and state.kind == "gather" and state.input.keys
    if not takes_keys or survey.policy.patterns != ENGLISH:
        return ()
    named = tuple(each for each in state.languages if not each.lower().startswith("en"))
    words = " ".join(each for each in state.heard if not _SOUND.match(each))
    is_foreign = len(_LETTERS.findall(words)) >= _FEW_LETTERS and not _ENGLISH_WORDS.search(words)
    return named or (("another language than English",) if is_foreign else ())
