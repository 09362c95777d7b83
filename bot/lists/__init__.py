"""Lists of units as people keep them: bytes in, typed rows out, or everything that is wrong told at once."""
