"""The centrality report of a network: who stands where, how sure one can be, on which evidence, and how to repeat it.

- :mod:`~migragraph.report.content`: what a report holds, as plain values.
- :mod:`~migragraph.report.making`: a network → a :class:`~migragraph.report.content.Report`.
- :mod:`~migragraph.report.rendering`: a report → HTML, JSON, CSV, Markdown.
- :mod:`~migragraph.report.task`: the same in a process that is ended at a deadline.
- :mod:`~migragraph.report.ranks`: one measure's ranking alone, for the command line.
"""
