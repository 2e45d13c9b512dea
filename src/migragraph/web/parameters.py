"""One rule for the parameters of all addresses: what is unknown there is refused, and so is what is given twice.

A parameter that is ignored looks as if it had been heeded: who asks for ``?fmt=ttl`` gets an answer to another
question. Which parameters an address knows stands in :mod:`migragraph.web.operations`; what they may say is for its
view to tell. What mail programs and social networks add to a link that people share is no question to us.

Entry point: :func:`check_parameters`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from migragraph.errors import BadParameter
from migragraph.web.operations import operation_of
from migragraph.web.serving import serving
from migragraph.web.transport import FORM

if TYPE_CHECKING:
    from flask import Request

    from migragraph.web.operation_parts import Operation

_OF_OTHERS: Final = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id")


def check_parameters(request: Request) -> None:
    """Raise ``BadParameter`` for a parameter in the address of a request that is unknown there, or given twice.

    An address that leads nowhere, and one of writing where nobody may write, is not found whatever it says.
    """
    operation = operation_of(request.endpoint or "", "GET" if request.method == "HEAD" else request.method)
    if operation is None or request.method == "OPTIONS" or (operation.is_writing and not serving().takes_writes):
        return
    known = known_parameters(operation)
    if unknown := sorted(name for name in request.args if name not in known and not _OF_OTHERS.fullmatch(name)):
        raise BadParameter(
            f"there is no parameter {', '.join(unknown)} here.",
            remedy=f"Known: {', '.join(known)}." if known else "Leave it out: none is known here.",
        )
    for name, values in request.args.lists():
        if len(values) > 1 and not known.get(name, True):
            raise BadParameter(f"the parameter {name} is given {len(values)} times.", remedy="Give it once.")


def known_parameters(operation: Operation) -> dict[str, bool]:
    """Return the parameters that an operation knows, those of its form too, and whether each may be given again."""
    fields = (operation.body or {}).get(FORM, {}).get("schema", {}).get("properties", {})
    schemas = {parameter["name"]: parameter["schema"] for parameter in operation.parameters}
    return {name: schema.get("type") == "array" for name, schema in {**fields, **schemas}.items()}
