"""Calls as one HTML page that needs nothing but itself: transcript, diagram, webhooks with their TwiML, findings.

Every text is foreign and escaped; the page's own policy lets it run and fetch nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import assert_never

from simulator.durations import said_after
from simulator.foreign import decoded
from simulator.phone.plain import for_reading, milliseconds, minutes
from simulator.phone.sharing.story import Story
from simulator.phone.sharing.svg import svg
from simulator.printable import html_text
from simulator.timeline.conversation import Item, Note, Said, Typed, Utterance, shown
from simulator.timeline.sequence import path_of
from simulator.timeline.traffic import Request
from simulator.troubles import label_of
from simulator.vocabulary import Warned

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(stories: Sequence[Story], *, title: str = "Phone call") -> str:
    """The whole document."""
    style = (files("simulator.phone.sharing") / "page.css").read_text("utf-8")
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html_text(title)}</title><style>\n{style}</style></head><body><h1>{html_text(title)}</h1>",
    ]
    for position, story in enumerate(stories, 1):
        parts += _story(story, f"Call {position}" if len(stories) > 1 else "The call")
    return "\n".join((*parts, "</body></html>\n"))


def _story(story: Story, heading: str) -> Iterable[str]:
    began = datetime.fromtimestamp(story.began, UTC)
    end = f"{story.ended.status} after {minutes(story.ended.seconds)}" if story.ended is not None else "not over"
    yield f"<section><h2>{html_text(heading)}</h2>"
    yield (
        f"<p>{html_text(for_reading(story.caller))} → {html_text(for_reading(story.called))}, "
        f"{began:%Y-%m-%d %H:%M:%S} UTC, {html_text(end)} <span class='soft'>{html_text(story.sid)}</span></p>"
    )
    yield "<h3>What was said</h3><ol class='talk'>"
    yield from (_item(item, story.began) for item in story.talk)
    yield "</ol><h3>Who told whom what</h3><div class='scroll'>" + svg(story.sequence) + "</div>"
    yield "<h3>Webhooks</h3>"
    yield from (_request(request) for request in story.requests)
    if story.findings:
        yield "<h3>What Twilio's debugger would show</h3><ul>"
        yield from (f"<li>{_finding(finding)}</li>" for finding in story.findings)
        yield "</ul>"
    yield "</section>"


def _item(item: Item, began: float) -> str:
    time = f"<time>{minutes(item.at - began)}</time>"
    match item:
        case Utterance():
            return f"<li>{time}{_utterance(item)}</li>"
        case Typed():
            keys = html_text(shown(item.keys, is_long=item.is_long))
            return f"<li class='mine'>{time}{f'<s>{keys}</s> nobody was listening' if item.is_ignored else keys}</li>"
        case Said():
            return f"<li class='mine'>{time}“{html_text(item.words)}”</li>"
        case Note():
            return f"<li class='note {item.kind}'>{time}{html_text(item.text)}</li>"
        case _:
            assert_never(item)


def _utterance(item: Utterance) -> str:
    prompt, heard = item.prompt, item.heard
    if prompt.text is None:
        cut = " <span class='soft'>cut off</span>" if heard is not None and heard.is_cut else ""
        return f"♪ {html_text(prompt.url or prompt.digits or prompt.verb)}{cut}"
    if heard is None or not heard.is_cut:
        return html_text(prompt.text)
    words = prompt.text.split()
    said = len(said_after(prompt.text, heard.seconds).split())
    return f"{html_text(' '.join(words[:said]))} <s>{html_text(' '.join(words[said:]))}</s>"


def _request(request: Request) -> str:
    status = str(request.status) if request.outcome == "answered" else request.reason or request.outcome
    good = "good" if request.outcome == "answered" and (request.status or 0) < 400 else "bad"
    worst = f" <span class='finding'>▲ {len(request.findings)}</span>" if request.findings else ""
    kind = "" if request.kind == "document" else f" <span class='soft'>{html_text(request.kind)}</span>"
    parts = [
        f"<details><summary><time>{minutes(request.since)}</time><code>{html_text(request.method)} "
        f"{html_text(path_of(request.url))}</code> <span class='{good}'>{html_text(status)}</span> "
        f"<span class='soft'>{milliseconds(request.latency)}</span>{kind}{worst}</summary>"
    ]
    parts += [f"<p class='finding'>{_finding(finding)}</p>" for finding in request.findings]
    if request.troubles:
        parts.append(
            f"<p class='finding'>Broken on purpose: {html_text(', '.join(map(label_of, request.troubles)))}</p>"
        )
    if request.raised:
        parts.append(f"<pre class='finding'>{html_text(request.raised)}</pre>")
    if request.body:
        parts.append(f"<pre>{html_text(decoded(request.body))}</pre>")
    outside = [
        (f"{each.party} {each.method} {each.path}", f"{each.status} {each.note}".rstrip()) for each in request.outside
    ]
    parts += _table("Asked of other services meanwhile", outside)
    parts += _table("Parameters", request.params.items())
    parts += _table("Request headers", request.headers)
    parts += _table("Answer headers", request.reply_headers)
    return "".join((*parts, "</details>"))


def _table(title: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = [f"<tr><td>{html_text(name)}</td><td>{html_text(value)}</td></tr>" for name, value in pairs]
    return [f"<h4>{title}</h4><table>{''.join(rows)}</table>"] if rows else []


def _finding(finding: Warned) -> str:
    code = f"{finding.code} " if finding.code else ""
    line = f" (line {finding.line})" if finding.line is not None else ""
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    return html_text(f"{code}{finding.message}{line}{remedy}")
