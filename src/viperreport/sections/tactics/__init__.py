"""Page five: what was done of what was stated."""
