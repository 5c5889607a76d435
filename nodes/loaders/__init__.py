"""Nodes that bring models in.

What they put on wires are handles: weights are loaded by whoever uses them first.
"""
