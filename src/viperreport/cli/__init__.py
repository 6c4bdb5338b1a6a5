"""The command line: each verb reads its options, walks the pipeline, and prints."""
