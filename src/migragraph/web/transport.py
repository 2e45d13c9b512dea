"""How text arrives: encodings and parameters that are looked at before anybody reads what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from migragraph.errors import BadParameter

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM: Final = "application/x-www-form-urlencoded"
_UTF_8: Final = {"utf-8", "utf8", "us-ascii"}


def is_utf_8(options: Mapping[str, str]) -> bool:
    """Tell whether a body says by the parameters of its media type that it is UTF-8, or says nothing."""
    return options.get("charset", "utf-8").lower() in _UTF_8


def read_parameters(sent: bytes) -> dict[str, list[str]]:
    """Return the values of each parameter of an address or a form, in their order.

    Raises ``BadParameter`` for what :func:`decode` refuses.

    >>> read_parameters(b"query=ASK+%7B%7D&format=&query=%C3%A9")
    {'query': ['ASK {}', 'é'], 'format': ['']}
    """
    check_encoding(sent)
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(sent.decode(), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def check_encoding(sent: bytes, *, is_escaped: bool = True) -> None:
    """Raise ``BadParameter`` where text, percent-encoded or not, is not UTF-8, which would be replaced silently."""
    decode(unquote_to_bytes(sent) if is_escaped else sent)


def decode(sent: bytes) -> str:
    """Return a body as text; ``BadParameter`` where it is not UTF-8, or holds NUL, which XML answers cannot."""
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"the request is not UTF-8: {error.reason}.", remedy="Encode it as UTF-8.") from error
    if "\0" in text:
        raise BadParameter("the request holds a NUL byte.", remedy="Leave it out.")
    return text


def one_of(name: str, values: list[str]) -> str:
    """Return the one value of a parameter; ``BadParameter`` where there are more or none."""
    if len(values) > 1:
        raise BadParameter(f"the {name} is given more than once.", remedy=f"Send one {name}.")
    if not values:
        raise BadParameter(f"there is no {name}.", remedy=f"Send it as the parameter {name} or as the body.")
    return values[0]
