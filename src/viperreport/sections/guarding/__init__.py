"""What holds an edition back."""
