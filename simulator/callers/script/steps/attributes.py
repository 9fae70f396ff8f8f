"""Attributes of verbs as scripts name and compare them. What they may be is judged where documents are read."""

from collections.abc import Mapping

from simulator.callers.handset import composed
from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import fields_of, optional_text_of
from simulator.callers.script.source import Value
from simulator.timeline.record import path_of
from simulator.twiml.attributes import attributes_of


def names_of(*verbs: type) -> tuple[str, ...]:
    """The names that Twilio's pages give the attributes of these verbs and nouns."""
    return tuple(dict.fromkeys(spec.xml for verb in verbs for spec in attributes_of(verb)))


def read_with_attributes(
    value: Value, step: str, what: str, names: tuple[str, ...]
) -> tuple[str | None, Mapping[str, str]]:
    """What the step looks for (None: any), and with which attributes; one given as null or empty must not be there."""
    return attributes_of_fields(fields_of(value, step, (what, *names)), what)


def attributes_of_fields(fields: Mapping[str, Value], what: str) -> tuple[str | None, Mapping[str, str]]:
    """The same, of fields whose names have been checked."""
    texts = {name: optional_text_of(each, name) for name, each in fields.items()}
    return texts.pop(what, None) or None, {name: text or "" for name, text in texts.items()}


async def filled(attributes: Mapping[str, str], caller: Caller) -> Mapping[str, str]:
    """The attributes with what is known only now."""
    return {name: await caller.fill(text) for name, text in attributes.items()}


def has_attributes(in_force: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """A URL may be given by its path alone, events in any order."""
    return all(_is_value(in_force.get(name, ""), text) for name, text in wanted.items())


def _is_value(value: str, wanted: str) -> bool:
    value, wanted = composed(value), composed(wanted)
    if wanted in (value, path_of(value) if "://" in value else value):
        return True
    return bool(wanted) and sorted(value.split()) == sorted(wanted.split())
