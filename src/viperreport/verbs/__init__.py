"""The work of the verbs that are not the walk itself."""
