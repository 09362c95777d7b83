"""Files that people hand in as evidence: checked on their bytes, named properly, kept by content."""
