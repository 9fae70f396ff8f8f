"""A call tree drawn: as Mermaid, for Graphviz, as a page; and its edges told as tests and call scripts."""
