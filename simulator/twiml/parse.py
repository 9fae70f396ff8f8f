"""Bytes to a tree of elements with line numbers; refuses what Twilio refuses and never touches files or network.

Expat (the standard library's) is used directly: it gives lines, is fast, and a document type declaration is refused
the moment it begins, so no entity is ever declared, expanded or fetched.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_DEPTH = 64
"""Deeper nesting than any document Twilio could run; simulator policy, so that hostile trees stay small."""

ENCODINGS = re.compile(r"(?i)utf-?(8|16)|(us-)?ascii|(iso-?8859|windows|cp)-?\d{1,4}|latin-?\d{1,2}|koi8-[ru]")


@dataclass(slots=True)
class Element:
    """One XML element: its attributes as written, and its text and child elements in document order."""

    name: str
    attributes: dict[str, str]
    line: int
    content: list["str | Element"] = field(default_factory=list)

    @property
    def children(self) -> list["Element"]:
        return [part for part in self.content if not isinstance(part, str)]

    @property
    def text(self) -> str:
        """The text directly inside this element, white space folded."""
        return " ".join("".join(part for part in self.content if isinstance(part, str)).split())


class NotWellFormedError(Exception):
    """The bytes are no XML document Twilio would accept; `line` is where reading stopped."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def parse(body: bytes) -> Element:
    """Return the root element; raises NotWellFormedError.

    The first byte must belong to the document: a blank line or a byte order mark before `<?xml` is an error (Twilio
    error 12100). Comments and processing instructions are passed over.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise NotWellFormedError("a byte order mark stands before the document", 1)
    if body[:1].isspace() and body.lstrip()[:5] == b"<?xml":
        raise NotWellFormedError("white space stands before the XML declaration", 1)
    parser = expat.ParserCreate()
    tree = _Tree(parser)
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.characters
    parser.StartDoctypeDeclHandler = tree.doctype
    parser.XmlDeclHandler = tree.declaration
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "not well-formed")
        raise NotWellFormedError(reason, error.lineno) from None
    except (ValueError, LookupError, UnicodeError) as error:  # an encoding that cannot be read
        raise NotWellFormedError(str(error), parser.CurrentLineNumber) from None
    assert tree.root is not None
    return tree.root


class _Tree:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._open: list[Element] = []
        self.root: Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes, self._parser.CurrentLineNumber)
        if len(self._open) >= MAX_DEPTH:
            raise NotWellFormedError(f"elements are nested more than {MAX_DEPTH} deep", element.line)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].content.append(text)

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """Only the encodings of documents: Python knows others, which are no such thing (idna, unicode_escape)."""
        if encoding is not None and not ENCODINGS.fullmatch(encoding):
            raise NotWellFormedError(f"the encoding {encoding[:40]!r} is not known", self._parser.CurrentLineNumber)

    def doctype(self, *_declaration: object) -> None:
        raise NotWellFormedError("document type declarations are not accepted", self._parser.CurrentLineNumber)


_CHARSET = re.compile(r'(?i);\s*charset\s*=\s*"?([^\s;"]+)')
_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=")


def in_utf8(body: bytes, content_type: str | None) -> bytes:
    """The body in UTF-8, which is what it is taken for where neither header nor XML declaration says another charset.

    The declaration counts before the header (Twilio docs: TwiML, encoding); that the header counts is our choice
    (confidence L).
    """
    said = _CHARSET.search(content_type or "")
    if said is None or said[1].lower() == "utf-8" or not ENCODINGS.fullmatch(said[1]) or _DECLARED.match(body):
        return body
    try:
        return body.decode(said[1]).encode()
    except (UnicodeError, LookupError):
        return body
