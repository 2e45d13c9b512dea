"""rdflib as an engine, run by the Python of the peers: ``in_rdflib.py ask FILE`` or ``in_rdflib.py serve FILE PORT``.

``ask`` answers queries in this process: a line of JSON with a query comes in, a line with the seconds that evaluation
and writing took and the number of rows goes out. ``serve`` is rdflib-endpoint on the same data, as its documentation
starts it. Both hold the facts in the default graph and the other graphs beside it. Imports nothing of the project.
"""

import json
import sys
import time

from rdflib import Dataset


def _load(path: str) -> Dataset:
    data = Dataset(default_union=False)
    data.parse(path, format="nquads")
    return data


def _ask(data: Dataset) -> None:
    for line in sys.stdin:
        told: dict[str, float | str]
        start = time.perf_counter()
        try:
            result = data.query(json.loads(line)["query"])
            rows = len(list(result)) if result.graph is None else len(result.graph)
            result.serialize(format="json" if result.graph is None else "nt")
            told = {"seconds": time.perf_counter() - start, "rows": rows}
        except Exception as error:
            told = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _serve(data: Dataset, port: int) -> None:
    import uvicorn
    from rdflib_endpoint import SparqlEndpoint

    uvicorn.run(SparqlEndpoint(graph=data, path="/sparql"), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    loaded = _load(sys.argv[2])
    if sys.argv[1] == "ask":
        _ask(loaded)
    else:
        _serve(loaded, int(sys.argv[3]))
