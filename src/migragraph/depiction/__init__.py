"""Networks as they are shown: measures and communities on the nodes, places in a picture and on a map.

- :mod:`~migragraph.depiction.measured`: a networkx graph → the same with measures as attributes of its nodes.
- :mod:`~migragraph.depiction.picture`: a network → what page, picture and exports show of it.
- :mod:`~migragraph.depiction.task`: a file or a picture of a network, made in a process that is ended at a deadline.
- :mod:`~migragraph.depiction.choice`: the nodes that a reader chooses by name, country, group, theme, kind and year.
"""
