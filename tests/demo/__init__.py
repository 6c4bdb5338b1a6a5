"""Tests of the demo; a package, so that they can share a reader of its files."""
