"""What can go wrong while words are made."""


class MessageBroken(Exception):
    """A template, label, sample or name is missing or cannot be used with what was handed over; nothing may be sent."""
