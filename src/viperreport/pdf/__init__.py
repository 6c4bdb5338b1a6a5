"""Briefing to bytes: the only package that knows points, fonts, pages and ReportLab."""
