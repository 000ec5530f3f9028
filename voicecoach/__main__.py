"""Start the command line: ``python -m voicecoach``."""

import sys

from voicecoach.cli import main

if __name__ == "__main__":
    sys.exit(main())
