"""Guarded writes: a change to authored data makes a new version, checked, or is refused with the reason.

- :mod:`~migragraph.writes.change`: what is asked for, and what may be.
- :mod:`~migragraph.writes.record`: a change → the files of its edit.
- :mod:`~migragraph.writes.following`: what follows from it: claims, facts, what rules derive.
- :mod:`~migragraph.writes.writing`: all of it, checked and published.
- :mod:`~migragraph.writes.apart`: the same in a process of its own, beside the service.
- :mod:`~migragraph.writes.guarded`: what writes for somebody who has a token.

What may be written, and what becomes of it, stands in ``docs/writes.md``.
"""
