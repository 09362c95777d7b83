"""QR codes as drawings: one filled shape each, sharp at any size and without seams between its modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

QUIET = 4
"""Modules left white around the code, as the standard asks."""


def qr_drawings(texts: Sequence[str]) -> tuple[str, ...]:
    """The QR code of each text as an SVG, error level M, quiet zone included, all of as many modules as the largest
    needs, so that they look alike side by side. ValueError when a text is empty or longer than a code holds."""
    if not all(texts):
        raise ValueError("an empty text has no QR code")
    version = max((_made(text).version for text in texts), default=1)
    return tuple(_drawing(_made(text, version).matrix) for text in texts)


def _made(text: str, version: int | str | None = None) -> segno.QRCode:
    import segno  # most processes never print

    return segno.make_qr(text, error="m", version=version, boost_error=False)


def _drawing(matrix: Sequence[Sequence[int]]) -> str:
    size = len(matrix) + 2 * QUIET
    shape = "".join(f"M{left} {top}h{wide}v1h-{wide}z" for left, top, wide in _runs(matrix))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{shape}"/></svg>'


def _runs(matrix: Sequence[Sequence[int]]) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side in one row: where they begin and how many they are."""
    for top, row in enumerate(matrix, start=QUIET):
        left = QUIET
        for dark, modules in groupby(row):
            wide = len(tuple(modules))
            if dark:
                yield left, top, wide
            left += wide
