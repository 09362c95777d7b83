"""Why a backup cannot be made, opened or restored: a code, and what is needed to say it."""

from __future__ import annotations

from typing import Literal, TypeAlias

FaultCode: TypeAlias = Literal[
    "bad_recipient",  # no age public key
    "bad_key",  # no age secret key
    "needs_passphrase",
    "needs_key",
    "wrong_passphrase",
    "wrong_key",
    "damaged",  # altered, cut off, or not what its list of contents says
    "not_a_backup",
    "newer",  # made by a program that knows more than this one
    "disk",
    "missing",  # there is no such file
    "exists",  # a backup of this very second is there
    "not_empty",  # something would be lost
]


class BackupFault(Exception):
    """Nothing was done; `args_` fill the sentence of the code."""

    def __init__(self, code: FaultCode, **args_: str) -> None:
        super().__init__(code)
        self.code = code
        self.args_ = args_


def disk(error: OSError) -> BackupFault:
    """What the disk says, as a fault."""
    return BackupFault("disk", reason=error.strerror or type(error).__name__)
