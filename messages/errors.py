"""What can go wrong while words are made."""


class MessageBroken(Exception):  # noqa: N818 - what happened, in the past tense, as everywhere here
    """A template, label, sample or name is missing or cannot be used with what was handed over; nothing may be sent."""
