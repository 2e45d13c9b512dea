"""docs/measures.md, written from the table of measures and their docstrings; a test compares the file with it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from types import ModuleType
from typing import Final

from migragraph.measures import backbones, null_models, projection, ranking, resampling
from migragraph.measures.registry import MEASURES, Measure

_HEAD: Final = """\
# Measures

This page is written from the code (`migragraph.measures.described.describe`); a test compares the two.

Each measure is a function of `migragraph.measures`. It takes a networkx graph, or an `Incidence` (actors × groups) for
two-mode networks at size, and returns a number a node (`dict`), a number a tie, or a small record.

**What is read of a graph.** A network is two-mode if `graph.graph["mode"]` is `"two"`, or if nothing is said and every
node has `bipartite` with 0 and 1 both in use. `weight` of a tie is a finite number above zero, 1 where there is none. A
tie of a node with itself says nothing of its position and is left out. Nodes without ties are nodes: they count in n.
Parallel ties, a tie within a side of a two-mode network and a weight that is no such number are an error that names the
tie. n is the number of nodes, m of ties.

**Chance.** What draws at random takes a `seed`; the same seed gives the same result.

**Not offered.** HITS: on ties without direction its answer is not unique where a network falls into parts, and where it
is, it is the eigenvector.

"""

#: What is told beside the measures: the module, and its functions that are.
_BESIDE: Final[tuple[tuple[str, ModuleType, tuple[Callable[..., object], ...]], ...]] = (
    ("The projection", projection, (projection.projected_ties,)),
    ("Ranks", ranking, (ranking.ranks,)),
    ("Rank intervals", resampling, (resampling.rank_intervals, resampling.ranks_without)),
    ("Chance with fixed degrees", null_models, (null_models.compare_with_chance, null_models.fixed_degree_samples)),
    ("The backbone", backbones, (backbones.backbone,)),
)


def describe() -> str:
    """Return the page as Markdown."""
    rows = "\n".join(
        f"| [{m.title}](#{_anchor(m.title)}) | `{m.name}` | {_modes(m)} | {m.high} |" for m in MEASURES.values()
    )
    table = f"| measure | name | networks | a high value |\n|---|---|---|---|\n{rows}\n\n"
    sections = [*map(_section, MEASURES.values()), *(_beside(*part) for part in _BESIDE)]
    return _HEAD + table + "\n".join(sections)


def _section(measure: Measure) -> str:
    summary, _, rest = (inspect.getdoc(measure.function) or "").partition("\n\n")
    parameters = ", ".join(f"`{name}={default!r}`" for name, default in measure.parameters().items())
    facts = {
        "A high value": measure.high,
        "Networks": _modes(measure).capitalize() + (f". {measure.otherwise}" if len(measure.modes) == 1 else ""),
        "Direction": measure.direction,
        "Weights": measure.weights,
        "Normalisation": measure.normalisation,
        "Isolates": measure.isolates,
        "Cost": measure.cost,
        "Call": f"`{measure.function.__name__}(network)`" + (f", with {parameters}" if parameters else ""),
    }
    lines = "\n".join(f"- {name}: {text}" for name, text in facts.items())
    return f"## {measure.title}\n\n{_markdown(summary)}\n\n{lines}\n\n{_markdown(rest)}\n"


def _beside(title: str, module: ModuleType, functions: tuple[Callable[..., object], ...]) -> str:
    parts = [f"## {title}", _markdown(inspect.getdoc(module) or "")]
    for function in functions:
        given = list(inspect.signature(function).parameters.values())
        names = [
            p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in given if p.kind is not p.VAR_KEYWORD
        ]
        parts += [f"### `{function.__name__}({', '.join(names)})`", _markdown(inspect.getdoc(function) or "")]
    return "\n\n".join(parts) + "\n"


def _markdown(text: str) -> str:
    """Return a docstring as Markdown: marked-up names as code, examples as blocks."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    text = text.replace("``", "`")
    blocks = (f"```pycon\n{block}\n```" if block.startswith(">>>") else block for block in text.split("\n\n"))
    return "\n\n".join(blocks)


def _modes(measure: Measure) -> str:
    return " and ".join(f"{mode}-mode" for mode in measure.modes)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
