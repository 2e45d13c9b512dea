"""Speed of migragraph beside other engines: `python -m bench` in the root of the project, or `make bench`.

Not part of the package. Reading order: :mod:`bench.generate` (synthetic graphs), :mod:`bench.graphs` (what is asked),
:mod:`bench.peers` (who is asked), :mod:`bench.measure` (how it is timed), :mod:`bench.report` (the tables).
"""
