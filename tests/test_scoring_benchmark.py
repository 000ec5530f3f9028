"""The figures of docs/scoring.md are written between two marks, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import scoring

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "data" / "judged_answers_held_out.yaml"
OLD = f"Before.\n\n{scoring.BEGIN}\nold figures\n{scoring.END}\n\nAfter.\n"


def test_tables_are_written_between_the_marks(tmp_path: Path) -> None:
    document = tmp_path / "scoring.md"
    document.write_text(OLD, encoding="utf-8")
    arguments = ["--write", str(document), f"some answers={LABELS}", f"again={LABELS}"]
    assert scoring.main(arguments) == 0
    text = document.read_text("utf-8")
    assert text.startswith("Before.\n\n<!--")
    assert text.endswith("-->\n\nAfter.\n")
    assert "old figures" not in text
    assert "| some answers, n = 24 | voicecoach | cues alone | length alone |" in text
    assert "| facet | some answers | again |" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(row.count("|") in (5, 4) for row in rows)


def test_writing_twice_changes_nothing() -> None:
    once = scoring.rewritten(OLD, "it", "new")
    assert "new" in once
    assert scoring.rewritten(once, "it", "new") == once


@pytest.mark.parametrize(
    ("document", "given", "says"),
    [
        ("no marks\n", f"a={LABELS}", "does not have the marks"),
        (f"{scoring.END}\n{scoring.BEGIN}\n", f"a={LABELS}", "does not have the marks"),
        (OLD, "no path", "Give NAME=PATH"),
        (OLD, "a=none.yaml", "There is no file none.yaml"),
    ],
)
def test_a_failure_is_one_line_and_writes_nothing(
    document: str, given: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scoring.md"
    path.write_text(document, encoding="utf-8")
    assert scoring.main(["--write", str(path), given]) != 0
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
    assert path.read_text("utf-8") == document


def test_the_document_has_the_marks() -> None:
    text = (ROOT / "docs" / "scoring.md").read_text("utf-8")
    assert "new tables" in scoring.rewritten(text, "docs/scoring.md", "new tables")
