"""Output on a console that knows few characters."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_character_that_the_console_lacks_is_no_failure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voicecoach", "practice", "--text", "--seed", "2"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        input=b"repeat\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"Time to first word               ?" in done.stdout  # a dash elsewhere
