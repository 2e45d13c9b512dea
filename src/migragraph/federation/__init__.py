"""What queries and updates read from elsewhere, SERVICE and LOAD: from listed addresses only, and fetched by us.

The engine is never let near the network. A call of another service is asked here, and its rows take its place as
VALUES; a LOAD is fetched here, and its triples take its place as INSERT DATA. Whatever is not understood with certainty
stays as it is, and is refused where it always was, before it is evaluated.

Entry point: :class:`Federation`.

https://www.w3.org/TR/sparql11-federated-query/ https://www.w3.org/TR/sparql11-update/#load
"""

from migragraph.federation.federation import Federation

__all__ = ["Federation"]
