"""Networks as files: a networkx graph in, bytes out, in every format that a tool for graphs opens.

The graph is one of :mod:`migragraph.networks`, or any ``networkx.Graph`` or ``DiGraph`` with texts as ids; measures and
communities are further attributes of its nodes. The same graph gives the same bytes.

Entry points: :data:`EXPORTS`, :func:`write_export`. What each format holds, and how it holds what it was not made for,
stands in ``docs/exports.md``.
"""

from migragraph.exports.registry import EXPORTS, Export, Holds, by_name, write_export

__all__ = ["EXPORTS", "Export", "Holds", "by_name", "write_export"]
