"""Page one: the edition in thirty seconds."""
