"""The pure heart: an event and a session go in, a turn comes out; nothing here waits, writes, logs or reads a clock."""
