"""Who sends a request, and whether that is enough for what it asks."""

from __future__ import annotations

from flask import request

from migragraph.errors import InsufficientScope, Unauthorized
from migragraph.tokens import Bearer, Scope
from migragraph.web.serving import serving


def bearer(scope: Scope) -> Bearer:
    """Return who sends the request; ``Unauthorized`` or ``InsufficientScope`` where that is nobody with the scope."""
    if serving().is_open:
        return Bearer("anybody", Scope.ADMIN)
    sent = request.authorization
    found = serving().tokens.find(sent.token or "") if sent is not None and sent.type == "bearer" else None
    if sent is None or sent.type != "bearer":
        raise Unauthorized("there is no token with the request.", remedy="Send the header Authorization: Bearer TOKEN.")
    if found is None:
        raise Unauthorized(
            "the token of the request is none that this service knows.",
            remedy="Look whether it is whole, or ask the operator for one.",
        )
    if found.scope < scope:
        raise InsufficientScope(
            f"the token of {found.name} has the scope {found.scope.name.lower()}, and this needs {scope.name.lower()}.",
            remedy="Ask the operator for a token with more rights.",
        )
    return found
