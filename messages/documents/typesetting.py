"""Typst: a template of ours and plain data become a PDF, or nothing at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from messages.errors import MessageBroken

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"
ROOT = FOLDER.parent
"""What a template may read files of: the words' room, for its drawings."""
STANDARD: Final = "ua-1"
"""PDF/UA asks for alternative texts and a language, and refuses a letter that no font has instead of printing a box."""


def typeset(template: Path, data: Mapping[str, Any], root: Path = ROOT) -> bytes:
    """The PDF of `template` filled with `data`, the same bytes for the same data.

    Data goes in beside the source, never into it, so no text is read as markup. Only our own fonts are used.
    MessageBroken when anything is wrong, also when Typst only warns: a letter without a glyph, a font not there.
    """
    import typst  # megabytes, and most processes never print

    try:
        made, warnings = typst.compile_with_warnings(
            str(template),
            root=str(root),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=STANDARD,
        )
    except (typst.TypstError, UnicodeError) as error:
        raise MessageBroken(f"document {template.name}: {error}") from error
    if warnings or not isinstance(made, bytes):
        raise MessageBroken(f"document {template.name}: {'; '.join(one.message for one in warnings) or 'no PDF'}")
    return made
