"""Numbers of a network: one function a measure, a table of them, ranks with their uncertainty, null model, backbone.

A function takes a networkx graph (:mod:`migragraph.measures.ties` says what it reads of it) or an :class:`Incidence`
and returns a number a node, or a small record where there is more to say::

    >>> import networkx as nx
    >>> scores = betweenness(nx.davis_southern_women_graph())
    >>> round(scores["Evelyn Jefferson"], 3), round(scores["E8"], 3)
    (0.097, 0.244)

Entry points: the functions below, :data:`MEASURES` and :func:`by_name`.
"""

from migragraph.measures.backbones import Backbone, backbone
from migragraph.measures.brokerage import articulation_points, bridges, constraint, effective_size
from migragraph.measures.incidence import Incidence
from migragraph.measures.leiden import Communities, communities
from migragraph.measures.mixing import Assortativity, Homophily, assortativity, e_i_index
from migragraph.measures.neighbourhood import degree, k_core, weighted_degree
from migragraph.measures.null_models import NullComparison, compare_with_chance, fixed_degree_samples
from migragraph.measures.paths import betweenness, closeness, harmonic
from migragraph.measures.projection import (
    projected_ties,
    projection_degree,
    projection_eigenvector,
    projection_harmonic,
    projection_pagerank,
    projection_weighted_degree,
)
from migragraph.measures.ranking import ranks
from migragraph.measures.registry import MEASURES, Measure, by_name
from migragraph.measures.resampling import RankIntervals, rank_intervals, ranks_without
from migragraph.measures.sampling import SampledBetweenness, sampled_betweenness
from migragraph.measures.spectral import eigenvector, pagerank
from migragraph.measures.ties import Network, Ties, read

__all__ = [
    "MEASURES",
    "Assortativity",
    "Backbone",
    "Communities",
    "Homophily",
    "Incidence",
    "Measure",
    "Network",
    "NullComparison",
    "RankIntervals",
    "SampledBetweenness",
    "Ties",
    "articulation_points",
    "assortativity",
    "backbone",
    "betweenness",
    "bridges",
    "by_name",
    "closeness",
    "communities",
    "compare_with_chance",
    "constraint",
    "degree",
    "e_i_index",
    "effective_size",
    "eigenvector",
    "fixed_degree_samples",
    "harmonic",
    "k_core",
    "pagerank",
    "projected_ties",
    "projection_degree",
    "projection_eigenvector",
    "projection_harmonic",
    "projection_pagerank",
    "projection_weighted_degree",
    "rank_intervals",
    "ranks",
    "ranks_without",
    "read",
    "sampled_betweenness",
    "weighted_degree",
]
