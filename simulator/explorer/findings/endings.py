"""Ends that no caller should meet: Twilio's "application error", a call over without a word, silence cut off."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey, is_silence, meets_webhook_fault, silence
from simulator.explorer.tree import Edge, Move, Remark, State

_NOT_FETCHED = 11200
_REMEDY = "answer every input with TwiML, the unexpected ones with a sentence"
_SPOKEN_TO = ("gather", "record", "push", "start")


def application_errors(survey: Survey) -> Iterator[Finding]:
    """Every move after which the caller hears the announcement."""
    for edge in survey.tree.edges:
        if survey.target(edge).ending != "application-error":
            continue
        if not meets_webhook_fault(edge):
            yield _failure(survey, edge)
        elif any(request.purpose == "fallback" for request in edge.requests):
            yield Finding(
                f"application-error:fallback:{edge.move.fault}",
                "application-error",
                "error",
                f"The fallback does not catch {edge.move.fault}: {_reason(edge)}.",
                "let the fallback URL answer with TwiML whatever has happened",
                edge.id,
            )


def _failure(survey: Survey, edge: Edge) -> Finding:
    error = _last_error(edge)
    code = "" if error is None else f":{error.code}"
    when = "When a service behind the application fails, the" if edge.move.fault else "The"
    return Finding(
        f"application-error:{survey.document(edge)}{code}{':trouble' if edge.move.fault else ''}",
        "application-error",
        "error",
        f"{when} call ends in an application error: {_reason(edge)}.",
        _REMEDY if error is None or (error.code == _NOT_FETCHED and edge.move.kind != "dial") else error.remedy,
        edge.id,
    )


def _reason(edge: Edge) -> str:
    error = _last_error(edge)
    return "the debugger says nothing" if error is None else f"{error.code} {error.message}"


def _last_error(edge: Edge) -> Remark | None:
    """What the debugger said last before the announcement."""
    return next((each for each in reversed(edge.warnings) if each.level == "error"), None)


def dead_ends(survey: Survey) -> Iterator[Finding]:
    """Every document that leaves its caller without a word, or for ever."""
    for edge in survey.tree.edges:
        document = survey.document(edge)
        if meets_webhook_fault(edge):
            continue
        if survey.target(edge).kind == "stuck":
            yield Finding(
                f"dead-end:{document}:stuck",
                "dead-end",
                "error",
                f"{document or 'The call'} leaves the caller where nothing ever happens again.",
                "let every wait have an end",
                edge.id,
            )
        elif _is_mute(survey, edge):
            yield Finding(
                f"dead-end:{document}",
                "dead-end",
                "warning",
                f"{document or 'The call'} ends the call without a word.",
                "say what has happened before the call ends",
                edge.id,
            )


def _is_mute(survey: Survey, edge: Edge) -> bool:
    """The call ends and nothing is said; what comes of entering nothing is left to the rule `no-input`."""
    source, target = survey.source(edge), survey.target(edge)
    if edge.heard or target.ending != "completed" or source.kind not in _SPOKEN_TO:
        return False
    return edge.move.kind != "hangup" and not is_silence(edge) and not _is_lone_end(source, edge.move)


def _is_lone_end(source: State, move: Move) -> bool:
    """The key that ends an input, and nothing before it."""
    return source.input is not None and move.kind == "keys" and move.value in source.input.finish_on_key


def silences(survey: Survey) -> Iterator[Finding]:
    """Every Gather and Record after which the document simply ends."""
    for edge in survey.tree.edges:
        source = survey.source(edge)
        is_cut_off = survey.target(edge).ending == "completed" and not edge.heard
        if edge.move.fault or not is_cut_off or not is_silence(edge):
            continue
        yield Finding(
            f"no-input:{survey.place(source)}",
            "no-input",
            "error" if source.kind == "gather" else "warning",
            f"At {survey.where(source)}, a caller who {silence(edge)} is cut off without a word.",
            f"after the {'Gather' if source.kind == 'gather' else 'Record'}, ask again or say goodbye",
            edge.id,
        )
