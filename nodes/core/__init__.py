"""The language: wire types, widgets, nodes, workflows, runs. Knows nothing of torch or of the server."""
