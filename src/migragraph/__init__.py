"""Who does what for migrant integration in Europe: a knowledge graph with evidence for each fact.

In a notebook, on a built version::

    import migragraph
    graph = migragraph.open()
    graph.query("SELECT ?name { ?city org:memberOf network:eurocities ; skos:prefLabel ?name }").to_dataframe()
"""

from importlib.metadata import version as _installed

from migragraph.api import Graph, Rows
from migragraph.api import open_graph as open
from migragraph.errors import MigragraphError
from migragraph.networks.definitions import NetworkDefinition
from migragraph.questions import Question

__all__ = ["Graph", "MigragraphError", "NetworkDefinition", "Question", "Rows", "__version__", "open"]
__version__ = _installed("migragraph")
