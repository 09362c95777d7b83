"""The board of the office: what all units look like together, read-only, in a browser."""
