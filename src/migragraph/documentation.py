"""The documentation of the ontology as a page, made by pyLODE from the ontology itself.

It is made when a version is built and stands beside its store, so the page says what that version's data mean.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Final

from rdflib import Graph

if TYPE_CHECKING:
    from pathlib import Path

#: What pyLODE writes and what people need who cannot see the page, or not well: its language, its parts, and colours
#: with a contrast of at least 4.5 to 1 in its own mark.
_REPAIRS: Final = {
    "<html>": '<html lang="en">',
    '<div id="content">': '<div id="content" role="main">',
    '<div id="toc">': '<div id="toc" role="navigation" aria-label="Contents">',
    '<div id="pylode">': '<div id="pylode" role="contentinfo">',
    "color: grey;": "color: #595959;",
    "color: #329545;": "color: #1f6b2d;",
    "color: #f9cb33;": "color: #7a5c00;",
}


def document_ontology(path: Path) -> str:
    """Return an HTML page about the classes and properties of an ontology in Turtle. Takes about two seconds."""
    level, handlers = logging.root.level, list(logging.root.handlers)
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            # pyLODE leaves its style sheet open, and sets up logging for the whole process when imported
            warnings.simplefilter("ignore", ResourceWarning)
            from pylode import OntPub

            page: str = OntPub(ontology=Graph().parse(path, format="turtle")).make_html()
    finally:
        logging.disable(logging.NOTSET)
        logging.root.setLevel(level)
        logging.root.handlers = handlers
    for found, repaired in _REPAIRS.items():
        page = page.replace(found, repaired, 1)
    return page
