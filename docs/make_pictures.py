"""Make the README's pictures from the real thing: the demo on the terminal, and its report.

Needs chromium and the development tools: ``python docs/make_pictures.py``.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURES = Path(__file__).resolve().parent / "pictures"
README = PICTURES.parent.parent / "README.md"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip


def demo(folder: Path) -> tuple[str, Path]:
    """Hold the demo; return what it printed, and its report."""
    report = folder / "report.html"
    done = subprocess.run(
        [sys.executable, "-m", "voicecoach", "demo", "--fast", "--report", str(report)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "VOICECOACH_HOME": str(folder), "COLUMNS": "100"},
    )
    return done.stdout, report


def draw_terminal(output: str, path: Path) -> None:
    """Draw the interview as it looks on a terminal."""
    console = Console(record=True, width=102, file=io.StringIO())
    interview = output.split("\nTime to first word")[0]
    text = Text(interview.strip())
    text.highlight_words(["Coach "], "bold cyan")
    text.highlight_words(["Candidate "], "bold green")
    text.highlight_regex(r"[●○]+", "yellow")
    console.print(text, highlight=False)
    svg = console.export_svg(title="voicecoach demo")
    # No fonts from the network: whatever monospace there is will do.
    path.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S), encoding="utf-8")


def photograph(page: Path, path: Path, width: int, height: int) -> None:
    """Photograph the top of a page."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        sys.exit("make_pictures: chromium is needed; on Debian: apt install chromium")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, *QUIET, f"--user-data-dir={profile}", f"--window-size={width},{height}",
                f"--screenshot={path}", page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip


def quote_in_readme(output: str) -> None:
    """Put the interview, as it was printed, between the README's two marks."""
    interview = output.split("\nReport ")[0].strip()
    begin, end = "<!-- demo: made by docs/make_pictures.py -->", "<!-- /demo -->"
    before, _, rest = README.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    quoted = f"{begin}\n\n```\n{interview}\n```\n\n{end}"
    README.write_text(before + quoted + after, encoding="utf-8")


def main() -> None:
    """Make them all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        output, report = demo(Path(folder))
        draw_terminal(output, PICTURES / "terminal.svg")
        photograph(report, PICTURES / "report.png", 1000, 1150)
        quote_in_readme(output)


if __name__ == "__main__":
    main()
