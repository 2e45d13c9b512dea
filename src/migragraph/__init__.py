"""A knowledge graph of migrant integration in Europe, with the evidence for each fact."""

from importlib.metadata import version

__version__ = version("migragraph")
