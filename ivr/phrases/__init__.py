"""The languages the line speaks, chosen for each call: a language is one file and one row here."""

from __future__ import annotations

from ivr.phrases.catalogue import Phrases
from ivr.phrases.english import ENGLISH

LANGUAGES: dict[str, Phrases] = {"en": ENGLISH}


def phrases_for(tag: str) -> Phrases:
    """The sentences for a language tag such as `en-US`; English where there are none."""
    return LANGUAGES.get(tag.partition("-")[0], ENGLISH)
