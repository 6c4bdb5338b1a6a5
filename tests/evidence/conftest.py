"""Fixtures for all tests of the evidence."""

from tests.evidence.engines import engine, postgresql_url

__all__ = ["engine", "postgresql_url"]
