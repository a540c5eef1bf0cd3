"""``python -m privlex``: the command line."""

import sys

from privlex.cli import main

if __name__ == "__main__":
    sys.exit(main())
