"""Pure functions on counts: what may be said of a change, and what a series would do by itself.

Nothing here reads a clock, a file or a database, and nothing is imported but the standard library,
the model and the errors. Source: docs/definitions.md, of which each module names its section.
"""
