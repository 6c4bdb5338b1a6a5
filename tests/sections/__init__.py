"""Briefings made of counts that a test wrote down."""
