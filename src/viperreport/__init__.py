"""Weekly briefings on gun crime that analysts can trust and auditors can trace."""
