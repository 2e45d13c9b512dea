"""Networks to be analysed: which statements of the graph are ties, and what is made of them.

- :mod:`~migragraph.networks.definitions`: the files of ``networks/``, and the definitions that a version holds.
- :mod:`~migragraph.networks.extraction`: a query and its answer → a :class:`~migragraph.networks.ties.Network`.
- :mod:`~migragraph.networks.ties`: nodes and single ties, and the networkx graph of them.
- :mod:`~migragraph.networks.slices`: the part of a network at a date, in a country, without a document.
- :mod:`~migragraph.networks.projection`: a two-mode graph → a one-mode graph.
"""
