"""Where a query is wrong: the engine's words for a syntax error, taken apart."""

from __future__ import annotations

import re

_PLACE = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<cause>.*)", re.DOTALL)


def locate_syntax_error(error: SyntaxError) -> tuple[int | None, int | None, str]:
    """Return line and column (both from 1, None where unknown) and cause of pyoxigraph's syntax error.

    >>> locate_syntax_error(SyntaxError("error at 2:7: expected WHERE"))
    (2, 7, 'expected WHERE')
    """
    text = " ".join(str(error.msg).split())
    match = _PLACE.search(text)
    return (int(match["line"]), int(match["column"]), match["cause"]) if match else (None, None, text)
