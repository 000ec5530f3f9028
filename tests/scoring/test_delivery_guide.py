"""The file of norms: what it holds, and what it says when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach import resources
from voicecoach.content.delivery import load_delivery_guide
from voicecoach.errors import ContentError
from voicecoach.scoring.delivery_guide import DESCRIBED, Band
from voicecoach.scoring.silences import breaks_a_clause

SHIPPED = (resources.prompts_dir() / "delivery.yaml").read_text(encoding="utf-8")


def test_every_value_that_may_be_told_is() -> None:
    assert tuple(load_delivery_guide().measures) == DESCRIBED


def test_every_band_names_who_says_so_and_where() -> None:
    for name, measure in load_delivery_guide().measures.items():
        if measure.band is not None:
            assert measure.sources, name
        for source in measure.sources:
            assert source.where.startswith("https://"), name


def test_norms_that_disagree_are_all_told_and_lie_within_the_soft_edges() -> None:
    pace = load_delivery_guide().measures["words_per_minute"]
    assert len(pace.sources) >= 4
    assert pace.band is not None
    assert (pace.band.lowest, pace.band.highest) == (100, 210)


def test_a_band_is_left_by_degrees() -> None:
    band = Band(120, 160, 100, 210, "slow", "fast", "norm", 0.0)
    standings = [band.standing(value) for value in range(80, 240)]
    order = ["slow", "a little slow", "comfortable", "a little fast", "fast"]
    assert list(dict.fromkeys(standings)) == order


@pytest.mark.parametrize(
    ("was", "becomes", "error"),
    [
        ("edges: [100, 210]", "edges: [130, 210]", "the edges 130 to 210 are inside"),
        ("comfortable: [120, 160]", "comfortable: [160, 120]", "these are not two ends"),
        ("comfortable: [120, 160]", "comfortable: [120]", "1 given, at least 2 needed"),
        ("comfortable: [120, 160]", "comfortable: [1, 2, 3]", "these are not two ends"),
        ('"{value:.0f} words a minute"', '"{wpm} words a minute"', "cannot be filled in"),
        ('"{value:.0f} words a minute"', '"{value:.0q} words"', "cannot be filled in"),
        ('"{value:.0f} words a minute"', "many words a minute", "does not tell the value"),
        ("  words_per_minute:", "  words_per_hour:", "unknown key 'words_per_hour'"),
        ("      below: slow\n", "", "missing key below"),
        ("  - thank you\n", "  - thank you\n  - thank you\n", "is there twice"),
        ("shortest_s: 10", "shortest_s: -1", "-1 is out of range"),
        ("measures:", "measure:", "unknown key 'measure'"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, was: str, becomes: str, error: str) -> None:
    assert was in SHIPPED
    path = tmp_path / "delivery.yaml"
    path.write_text(SHIPPED.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=error) as raised:
        load_delivery_guide(path)
    assert str(path) in str(raised.value)


def test_a_band_needs_a_source(tmp_path: Path) -> None:
    path = tmp_path / "delivery.yaml"
    path.write_text(
        "measures:\n"
        "  hedges:\n"
        '    text: "{value} hedges"\n'
        "    band: {comfortable: [0, 1], edges: [0, 2], below: '', above: many, norm: none}\n"
        "preambles: []\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError, match="a band without sources"):
        load_delivery_guide(path)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        load_delivery_guide(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("before", "after", "inside"),
    [
        ("i found that", "one", True),
        ("i did that", "then", False),
        ("we launched it", "and", False),
        ("was the problem", "then", False),
        ("the price", "of", True),
        ("because the um", "drivers", True),
        ("it fell.", "Of", False),
        ("um", "we", False),
    ],
)
def test_words_tell_whether_a_clause_is_broken(before: str, after: str, inside: bool) -> None:
    assert breaks_a_clause(before.split(), after) is inside
