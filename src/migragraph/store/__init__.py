"""The store: versions of the graph on disk."""
