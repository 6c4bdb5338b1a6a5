"""Page six: what words mean, how certain changes are, where figures come from."""
