"""Who does what for migrant integration in Europe: a knowledge graph with evidence for each fact.

>>> import migragraph
>>> graph = migragraph.open()  # doctest: +SKIP
>>> graph.query("SELECT ?name { ?city a mg:City ; skos:prefLabel ?name } LIMIT 3").to_dataframe()  # doctest: +SKIP
"""

from importlib.metadata import version as _installed

from migragraph.api import Graph, Rows
from migragraph.api import open_graph as open
from migragraph.errors import MigragraphError
from migragraph.questions import Question

__all__ = ["Graph", "MigragraphError", "Question", "Rows", "__version__", "open"]
__version__ = _installed("migragraph")
