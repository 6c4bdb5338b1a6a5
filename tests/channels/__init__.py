"""Promises of the ways to the operator, and of the health ping."""
