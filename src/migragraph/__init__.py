"""Who does what for migrant integration in Europe: a knowledge graph with evidence for each fact.

In a notebook, on a built version::

    import migragraph
    graph = migragraph.open()
    graph.query("SELECT ?name { ?city org:memberOf network:eurocities ; skos:prefLabel ?name }").to_dataframe()
"""

from typing import TYPE_CHECKING, Final

__all__ = ["Graph", "MigragraphError", "NetworkDefinition", "Question", "Rows", "__version__", "open"]

if TYPE_CHECKING:
    from migragraph.api import Graph, Rows
    from migragraph.api import open_graph as open
    from migragraph.errors import MigragraphError
    from migragraph.networks.definitions import NetworkDefinition
    from migragraph.questions import Question

    __version__: str
else:
    _HOMES: Final = {
        "Graph": "migragraph.api:Graph",
        "MigragraphError": "migragraph.errors:MigragraphError",
        "NetworkDefinition": "migragraph.networks.definitions:NetworkDefinition",
        "Question": "migragraph.questions:Question",
        "Rows": "migragraph.api:Rows",
        "open": "migragraph.api:open_graph",
    }

    def __getattr__(name: str) -> object:
        """Import a name when it is first asked for, so that a query process, say, loads no more than it needs."""
        if name == "__version__":
            from importlib.metadata import version

            found = version("migragraph")
        elif name in _HOMES:
            from pkgutil import resolve_name

            found = resolve_name(_HOMES[name])
        else:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        """Return the names of the facade, for completion."""
        return __all__
