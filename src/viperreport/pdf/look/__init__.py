"""Colours, type, fonts, logo and paper."""
