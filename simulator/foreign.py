"""Text from outside, made whole where it enters: afterwards it can be encoded, written and put into any document.

JSON's and YAML's escapes can name half of a surrogate pair and the null character, which no UTF-8, no XML and no file
can hold. Each package has this function; one table of cases holds them alike (`tests/foreign_texts.py`).
"""

import json
import re
from collections.abc import Callable
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_NO_CHARACTER = "\ufffd"


def whole(text: str) -> str:
    """Join pairs of surrogates; put U+FFFD for every half without the other and for every null."""
    if "\0" not in text and (text.isascii() or _HALF.search(text) is None):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", _NO_CHARACTER)


def decoded(body: bytes) -> str:
    """Read the text in a body that should be UTF-8."""
    return whole(body.decode("utf-8", "replace"))


def whole_json(text: str | bytes, parse_constant: Callable[[str], Any] | None = None) -> Any:  # JSON's own types
    """Read what the JSON says, all texts and names in it whole. Raises ValueError or RecursionError as json does.

    `parse_constant` is json's own: what to make of NaN and Infinity.
    """
    data = json.loads(text, parse_constant=parse_constant)
    is_plain = isinstance(text, str) and text.isascii() and "\\u" not in text
    return data if is_plain else whole_data(data)


def whole_data(data: Any) -> Any:  # JSON's own types
    """Make every text and every name of a field in these values whole."""
    if isinstance(data, str):
        return whole(data)
    if isinstance(data, list):
        return [whole_data(each) for each in data]
    if isinstance(data, dict):
        return {whole_data(name): whole_data(each) for name, each in data.items()}
    return data
