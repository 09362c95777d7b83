"""`tucham …` and `python -m bot …`."""

from __future__ import annotations

import sys

from bot.cli.entry import run_command


def main() -> None:
    """Run the command in the arguments and end the process with its status."""
    sys.exit(run_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
