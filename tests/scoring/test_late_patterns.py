"""Which words a pattern needs, and that none is passed over that would be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicecoach.content.labels import load_labels
from voicecoach.scoring.alternatives import find_alternatives
from voicecoach.scoring.clauses import read
from voicecoach.scoring.contrasts import treated_and_not
from voicecoach.scoring.late_patterns import LatePattern, PatternIndex
from voicecoach.scoring.types import Answer

JUDGED = Path(__file__).parents[1] / "data" / "judged_answers.yaml"


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r" (?:kept|keep) (?:the |a )?(?:old|usual) ", [{"kept ", "keep "}, {"old ", "usual "}]),
        (r" wait(?:s|ed)? (?:\S+ ){0,3}?until", [{"wait ", "waits ", "waited "}, {"until"}]),
        (r" (?:a third|half) of (?!them )(?:\S+ )?", [{"third ", "half "}, {"of "}]),
        (r" (?:switch\S*|turned off) it ", [{"switch", "turned "}, {"it "}]),
        (r" (?:those|\S+s) without ", [{"without "}]),
        (r" (?:and )?(?P<rival>the|our) (?=but )", [{"the ", "our "}]),
        (r" (\S+) \1 ", []),
    ],
)
def test_a_pattern_tells_which_words_it_needs(pattern: str, needed: list[set[str]]) -> None:
    assert LatePattern(pattern).needed() == needed


def test_a_choice_outside_of_brackets_is_refused() -> None:
    with pytest.raises(ValueError, match="outside of brackets"):
        LatePattern(" one| two").needed()


def test_a_pattern_is_possible_where_each_of_its_words_may_be() -> None:
    index = PatternIndex([LatePattern(" (?:kept|keep) it"), LatePattern(r" \S+ly ")])
    assert list(index.possible(["we", "kept", "its", "price"])) == [0, 1]
    assert list(index.possible(["we", "keep", "calm"])) == [1]
    assert list(index.possible(["it", "gladly"])) == [1]
    assert list(index.possible([])) == [1]


def test_no_contrast_and_no_rival_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Answer(labelled.text) for labelled in load_labels(JUDGED)]
    readings = [read(answer) for answer in answers]
    quick = [treated_and_not(reading) for reading in readings]
    rivals = [find_alternatives(answer.text) for answer in answers]
    assert any(quick)
    assert any(rivals)
    monkeypatch.setattr(PatternIndex, "possible", lambda index, words: range(len(index._needs)))
    find_alternatives.cache_clear()
    assert [treated_and_not(reading) for reading in readings] == quick
    assert [find_alternatives(answer.text) for answer in answers] == rivals
