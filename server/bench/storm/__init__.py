"""A server whose processes are killed at every moment while it works, and what came of its runs."""
