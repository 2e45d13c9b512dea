"""Tokens: who may do what. Only digests are configured; a token itself is known to its bearer alone.

A token is 32 random bytes, so that its plain SHA-256 is enough: there is nothing to guess.
https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import IntEnum

from migragraph.errors import ConfigError

_ENTRY = re.compile(r"(?P<name>[\w.@-]+):(?P<scope>read|write|admin):(?P<digest>[0-9a-f]{64})")


class Scope(IntEnum):
    """What a token allows; each scope includes those before it.

    read: reading without the limits per client; write: SPARQL Update and the graph store; admin: choosing the version.
    """

    READ = 1
    WRITE = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever holds a token: a name for the record, and what it allows."""

    name: str
    scope: Scope


class Tokens:
    """The tokens of a service.

    >>> tokens = Tokens.read("ana:write:" + hashlib.sha256(b"secret").hexdigest())
    >>> tokens.find("secret")
    Bearer(name='ana', scope=<Scope.WRITE: 2>)
    >>> tokens.find("Secret") is None
    True
    """

    def __init__(self, known: dict[str, Bearer]) -> None:
        self._known = known

    def __bool__(self) -> bool:
        return bool(self._known)

    @classmethod
    def read(cls, text: str) -> Tokens:
        """Read the setting: entries of name, scope and digest, separated by commas; ``ConfigError`` names a bad one."""
        known: dict[str, Bearer] = {}
        for number, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), 1):
            found = _ENTRY.fullmatch(entry)
            if found is None:
                raise ConfigError(
                    f"entry {number} of MIGRAGRAPH_TOKENS is not name:scope:sha256.",
                    remedy="Make one with `migragraph token NAME --scope write`, and take the line that it prints.",
                )
            known[found["digest"]] = Bearer(found["name"], Scope[found["scope"].upper()])
        return cls(known)

    @classmethod
    def of(cls, token: str, bearer: Bearer) -> Tokens:
        """Return the one token of one bearer."""
        return cls({_digest(token): bearer})

    def find(self, token: str) -> Bearer | None:
        """Return the bearer of a token; every digest is compared, each in constant time."""
        digest = _digest(token)
        bearer = None
        for known, candidate in self._known.items():
            if hmac.compare_digest(known, digest):
                bearer = candidate
        return bearer


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(name: str, scope: Scope) -> tuple[str, str]:
    """Return a new token, and the entry of the setting that lets its bearer in."""
    token = secrets.token_urlsafe(32)
    entry = f"{name}:{scope.name.lower()}:{_digest(token)}"
    if not _ENTRY.fullmatch(entry):
        raise ConfigError(f"{name!r} cannot name a bearer.", remedy="Use letters, digits and . @ - _ only.")
    return token, entry
