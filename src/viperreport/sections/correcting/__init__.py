"""A corrected edition: the band on every page, and what is other than in the one it replaces."""
