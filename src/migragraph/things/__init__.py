"""Things as a reader meets them: names, types, description, facts, and for each fact where it comes from.

Entry points: :func:`describe_thing` for the page about one thing,
:func:`label_of` for a name.
"""

from __future__ import annotations

from migragraph.things.names import NAMES, Link, kinds_of, label_of, plain_link, with_names
from migragraph.things.page import describe_thing, surroundings

__all__ = ["NAMES", "Link", "describe_thing", "kinds_of", "label_of", "plain_link", "surroundings", "with_names"]
