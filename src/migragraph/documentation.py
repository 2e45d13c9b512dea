"""The documentation of the ontology as a page, made by pyLODE from the ontology itself.

It is made when a version is built and stands beside its store, so the page says what that version's data mean.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

from rdflib import Graph

if TYPE_CHECKING:
    from pathlib import Path


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
    return page
