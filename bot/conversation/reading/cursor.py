"""Walks over the pieces of a reply, one step at a time."""

from collections.abc import Sequence

from bot.conversation.reading.lexicon import Piece, Role
from bot.conversation.reading.outcomes import UnreadError


class Cursor:
    """A place in the pieces of one reply and the doubts met on the way there."""

    __slots__ = ("at", "doubts", "pieces")

    def __init__(self, pieces: Sequence[Piece], doubts: Sequence[str] = ()) -> None:
        self.pieces = pieces
        self.doubts = list(doubts)
        self.at = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.pieces)

    def role(self, ahead: int = 0) -> Role | None:
        """The role of the next piece (or of one further ahead), None at the end."""
        place = self.at + ahead
        return self.pieces[place].role if place < len(self.pieces) else None

    def spaced(self, ahead: int = 0) -> bool:
        """Whether the next piece (or one further ahead) has a blank before it."""
        place = self.at + ahead
        return place < len(self.pieces) and self.pieces[place].spaced

    def take(self) -> Piece:
        """The next piece, stepping over it; UnreadError at the end."""
        if self.done:
            raise UnreadError("not_read")
        self.at += 1
        return self.pieces[self.at - 1]

    def skip(self, *roles: Role) -> Piece | None:
        """Steps over the next piece if it has one of these roles."""
        return self.take() if self.role() in roles else None

    def skip_all(self, *roles: Role) -> bool:
        """Steps over every next piece with one of these roles; whether there was any."""
        before = self.at
        while self.role() in roles:
            self.at += 1
        return self.at > before

    def passed(self, *roles: Role) -> bool:
        """Whether a piece with one of these roles was stepped over already."""
        return any(piece.role in roles for piece in self.pieces[: self.at])

    def doubt(self, why: str) -> None:
        """Notes a reason to ask."""
        self.doubts.append(why)
