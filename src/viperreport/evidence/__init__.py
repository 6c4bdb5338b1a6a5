"""Foreign rows become a store of versioned records, and records become a snapshot of counts."""
