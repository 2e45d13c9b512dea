"""From files outside the graph to statements: documents, claim files, authority files, tables."""
