"""What holds the mails that bring a briefing."""
