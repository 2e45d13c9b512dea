"""What a bare ranking is worth, in two lines: the answer of the report from few samples, and where to find it all.

Entry point: :func:`say_firmness`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from migragraph.errors import NotApplicable
from migragraph.measures.registry import by_name
from migragraph.measures.resampling import rank_intervals
from migragraph.measures.ties import read
from migragraph.report.content import DEFAULTS, FIRST
from migragraph.report.making import count_steps, name_in_command
from migragraph.report.ranking import sides_of

if TYPE_CHECKING:
    from migragraph.measures.ties import Ties
    from migragraph.networks.ties import Network

#: Samples of ties; fewer than the least tell nothing at a level of 95 %.
MOST_SAMPLES: Final = 40
FEWEST_SAMPLES: Final = 20
#: Steps of the measure over all samples: about a second on one core.
MOST_STEPS: Final = 50_000_000


def say_firmness(network: Network, measure: str, *, most_steps: float = MOST_STEPS) -> tuple[str, str]:
    """Return how many of the first can be told apart from the next, and the version, as two lines for people.

    "First" is as in the report: rank 10 or better among the actors (or nodes), and a score above 0. A sample leaves out
    a tenth of the ties; two can be told apart where one is before the other in 95 % of the samples. The same network
    gives the same words. Where it would take more than ``most_steps`` it is not tested, and the line says so.
    """
    report = f"migragraph report {name_in_command(network)}"
    built = f", built {network.version_date}" if network.version_date else ""
    return f"{_firmness(read(network.to_graph()), measure, most_steps)}: {report}", f"version {network.version}{built}"


def _firmness(ties: Ties, measure: str, most_steps: float) -> str:
    untested = "How firm this order is was not tested here"
    if by_name(measure).of != "nodes":
        return f"{untested}, {measure} being drawn by chance itself. Of other measures the report tells"
    samples = min(MOST_SAMPLES, int(most_steps / max(count_steps(ties, measure), 1)))
    if samples < FEWEST_SAMPLES:
        return f"{untested}, since it takes long. The report tells"
    try:
        drawn = rank_intervals(ties, measure, drop=DEFAULTS.drop, level=DEFAULTS.level, samples=samples)
    except NotApplicable:
        return f"{untested}: there are too few ties to leave some out. The report tells more"
    values = dict(zip(ties.nodes, by_name(measure).values(ties).tolist(), strict=True))
    side, members = sides_of(ties)[0]
    labels = {node: str(ties.origin.nodes[node].get("label")) for node in drawn.ranks}
    order = [node for i in members if (node := ties.nodes[i]) in drawn.ranks]
    order.sort(key=lambda node: (drawn.ranks[node], labels[node], str(node)))
    pairs = [(one, after) for one, after in pairwise(order) if drawn.ranks[one] <= FIRST and values[one] > 0]
    if not pairs:
        return "Nobody stands out, or nobody comes next. The report tells more"
    apart = sum(drawn.above(one, after) >= DEFAULTS.level for one, after in pairs)
    how_many = "None" if not apart else "Each" if apart == len(pairs) else f"Only {apart}"
    return (
        f"{how_many} of the first {len(pairs)} {side} can be told apart from the next in {DEFAULTS.level:.0%} of "
        f"{samples} samples that leave out {DEFAULTS.drop:.0%} of the ties. What that means, and how old the sources "
        "are"
    )
