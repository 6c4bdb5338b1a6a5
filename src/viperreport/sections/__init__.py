"""From counts to sentences and exhibits: one file a section, each `count()` then `say()`."""
