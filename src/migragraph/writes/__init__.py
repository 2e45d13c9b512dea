"""Guarded writes: a change to authored data makes a new version, checked, or is refused with the reason.

Entry points: :class:`Change`, :func:`write_change`. What may be written, and what becomes of it, stands in
``docs/writes.md``.
"""

from migragraph.writes.change import Change
from migragraph.writes.writing import write_change

__all__ = ["Change", "write_change"]
