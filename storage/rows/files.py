"""Evidence files: what is known of their bytes, and where they were filed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file by the digest of its bytes, wherever it was filed and under whatever names."""

    digest: str
    media: str
    size: int
    at: int


@dataclass(frozen=True, slots=True)
class FiledRow:
    """A file as it stands beside one criterion of one unit; `id` is the text's. `name` is None once it was erased."""

    id: int
    assessment_id: int
    unit_id: int
    unit_code: str
    criterion: str
    name: str | None
    digest: str
    media: str
    size: int
    at: int
