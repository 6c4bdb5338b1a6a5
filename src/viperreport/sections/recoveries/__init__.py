"""Page four: firearms recovered: when, which kind, how they came."""
