"""Briefing → the mail that brings it: subject, HTML body and plain text. jinja2 enters here."""
