"""Page two: weeks and years, the control chart, outcomes."""
