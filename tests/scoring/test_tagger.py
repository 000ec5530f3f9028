"""The second reader: clauses weighed by their words, and levels from clauses and cues together."""

from __future__ import annotations

import dataclasses
import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from voicecoach.content.tagger import load_tagger, save_tagger
from voicecoach.errors import ContentError
from voicecoach.resources import models_dir
from voicecoach.scoring.clauses import read
from voicecoach.scoring.discourse import FEATURES, discourse
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.findings import find
from voicecoach.scoring.profile import Profile, profile
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.second_reading import FEWEST_WORDS
from voicecoach.scoring.tagger import (
    BEST,
    NO_CLAUSE,
    FacetWeights,
    Step,
    Tagger,
    best_of,
    clause_spans,
)
from voicecoach.scoring.types import FACETS, Answer, FacetScore

SHIPPED = models_dir() / "tagger-en"
TEXT = (
    "We had a plan for the winter sale and because the depot burned the parcels came late, "
    "so we gave every third family a free delivery and they came back. The rest of the winter was "
    "quiet in the shop and the depot was built again by May with a better roof."
)


def step(bias: float, best: float = 1.0, cue: float = 0.0, asked: float = 0.0) -> Step:
    """Return a step that looks at the best clause, at the cues' level 2 and at one question."""
    cues = {"sensitivity": (0.0, cue)}
    return Step(bias, (best, 0.0, 0.0), cues, {"data_story": (asked, 0.0)})


SURE = step(9.0, best=0.0)
NEVER = step(-9.0, best=0.0)


def tagger(words: dict[str, float], first: Step, second: Step, doubting: Step = SURE) -> Tagger:
    """Return a tagger of one facet that knows a few words."""
    weights = FacetWeights(0.0, (0.0,) * len(FEATURES), (first, second), doubting)
    return Tagger({"sensitivity": weights}, {word: (value,) for word, value in words.items()})


def by_cues(level: int, **others: int) -> dict[str, int]:
    """Return the levels by the cues, those of other facets 0 unless they are given."""
    return {**dict.fromkeys(FACETS, 0), "sensitivity": level, **others}


def test_discourse_has_a_value_for_each_name() -> None:
    said = dict(
        zip(FEATURES, discourse(["we", "didn't", "stop", "because", "i", "asked"], 0), strict=True)
    )
    assert {name for name, value in said.items() if value} == {
        *("denial", "self", "group", "cause", "past", "length")
    }
    counted = dict(zip(FEATURES, discourse(["up", "forty", "percent"], 1), strict=True))
    assert counted["number"] == counted["percent"] == 1


def test_clauses_do_not_depend_on_punctuation() -> None:
    plain = TEXT.lower().replace(",", "").replace(".", "")
    spans = clause_spans(read(Answer(TEXT)))
    assert spans == clause_spans(read(Answer(plain)))
    assert len(spans) > 1
    assert spans[0][0] == 0
    assert all(a[1] == b[0] and a[1] - a[0] >= 6 for a, b in pairwise(spans))
    assert clause_spans(read(Answer(""))) == []


def test_a_clause_weighs_the_mean_of_its_known_words() -> None:
    made = tagger({"came": 3.0, "back": 6.0}, step(0), step(0))
    nothing = (0.0,) * len(FEATURES)
    assert made.weigh_words(["they", "came", "back", "back"], nothing) == (5.0,)
    assert made.weigh_words(["they", "came"], nothing) == (1.0,), "few words are no mean"
    assert made.weigh_words(["nobody", "knows"], nothing) == (0.0,)


def test_the_best_clauses_count_and_others_change_nothing() -> None:
    assert best_of([1.0, 3.0, 2.0, -5.0]) == [3.0, 2.0, 1.0]
    assert best_of([1.0]) == [1.0, NO_CLAUSE, NO_CLAUSE]
    assert len(best_of([])) == BEST


def test_a_level_needs_its_steps() -> None:
    low, high = step(-3.0), step(-6.0)
    for word, level in ((0.0, 0), (15.0, 1), (40.0, 2)):
        tagged = tagger({"back": word}, low, high).tag(read(Answer(TEXT)))
        assert tagged.level("sensitivity", "data_story", by_cues(0)) == level
    tagged = tagger({}, step(-9.0), step(-9.0)).tag(read(Answer(TEXT)))
    assert tagged.level("customer", "data_story", by_cues(0, customer=2)) == 2, (
        "an unknown facet is left to the cues"
    )


def test_cues_and_the_question_count_too() -> None:
    by_cue = tagger({}, step(-5.0, cue=10.0), step(-5.0, cue=10.0)).tag(read(Answer(TEXT)))
    assert by_cue.level("sensitivity", "data_story", by_cues(0)) == 0
    cued = Step(-5.0, (0.0, 0.0, 0.0), {"sensitivity": (10.0, 0.0)}, {})
    raised = tagger({}, cued, cued).tag(read(Answer(TEXT)))
    assert raised.level("sensitivity", "data_story", by_cues(0)) == 0
    assert raised.level("sensitivity", "data_story", by_cues(1)) == 2
    asked = tagger({}, step(-5.0, asked=10.0), step(-5.0)).tag(read(Answer(TEXT)))
    assert asked.level("sensitivity", "data_story", by_cues(0)) == 1
    assert asked.level("sensitivity", "prfaq", by_cues(0)) == 0


def test_what_is_left_out_speaks_for_nothing() -> None:
    made = tagger({"back": 40.0}, step(-3.0), step(-6.0))
    reading = read(Answer(TEXT))
    best = made.tag(reading).quote("sensitivity")
    assert best is not None
    assert "back" in reading.words[best[0] : best[1]]
    assert made.tag(reading, [best]).level("sensitivity", "data_story", by_cues(0)) == 0


def test_a_question_that_is_read_back_speaks_for_nothing() -> None:
    made = tagger({"back": 40.0}, step(-3.0), step(-6.0))
    asked = read(Answer("Tell me about a time when your customers came back."))
    assert made.tag(asked).clauses == {}
    told = read(Answer("I told you about a time when our customers came back."))
    assert made.tag(told).level("sensitivity", "data_story", by_cues(0)) == 2


def test_the_cues_are_overruled_only_by_a_clear_dissent() -> None:
    for bias, level in ((0.2, 0), (9.0, 1)):
        tagged = tagger({}, step(bias, best=0.0), step(-9.0, best=0.0)).tag(read(Answer(TEXT)))
        assert tagged.level("sensitivity", "data_story", by_cues(0)) == level
        assert tagged.level("sensitivity", "data_story", by_cues(2)) == 2


def test_what_is_doubted_was_named_and_nothing_is_taken_away() -> None:
    for chance, level in ((0.0, 2), (-9.0, 1)):
        made = tagger({}, NEVER, NEVER, step(chance, best=0.0))
        tagged = made.tag(read(Answer(TEXT)))
        assert tagged.level("sensitivity", "data_story", by_cues(2)) == level
        assert tagged.level("sensitivity", "data_story", by_cues(1)) == 1


def test_other_facets_let_it_doubt_and_never_raise() -> None:
    wanting = Step(-9.0, (0.0, 0.0, 0.0), {"customer": (0.0, 18.0)}, {})
    tagged = tagger({}, NEVER, NEVER, wanting).tag(read(Answer(TEXT)))
    assert tagged.level("sensitivity", "data_story", by_cues(2)) == 1
    assert tagged.level("sensitivity", "data_story", by_cues(2, customer=2)) == 2
    assert tagged.level("sensitivity", "data_story", by_cues(0, customer=2)) == 0
    shipped = load_tagger()
    for name, weights in shipped.facets.items():
        assert {f for raising in weights.raising for f in raising.cues} == {name}


def test_what_is_doubted_is_still_quoted(cues: Rubric) -> None:
    doubting = dataclasses.replace(cues, tagger=tagger({}, NEVER, NEVER, NEVER))
    text = TEXT + " I took out the under-thirties and it was still seven points."
    before, after = (score(Answer(text), "data_story", r) for r in (cues, doubting))
    assert before.facets["sensitivity"].level == 2
    advice = cues.advice["sensitivity"][1]
    assert after.facets["sensitivity"] == FacetScore(
        1, before.facets["sensitivity"].evidence, advice
    )


def test_a_few_sentences_are_left_to_the_cues(cues: Rubric) -> None:
    generous = dataclasses.replace(cues, tagger=tagger({}, step(9.0), step(9.0)))
    short = Answer(" ".join(TEXT.split()[: FEWEST_WORDS - 1]))
    assert score(short, "data_story", generous) == score(short, "data_story", cues)
    assert score(Answer(TEXT), "data_story", generous) != score(Answer(TEXT), "data_story", cues)


def test_a_level_that_was_raised_is_quoted(rubric: Rubric) -> None:
    made = tagger({"back": 40.0}, step(-3.0), step(-6.0))
    answer = Answer(TEXT)
    cues = score(answer, "data_story", dataclasses.replace(rubric, tagger=None))
    both = score(answer, "data_story", dataclasses.replace(rubric, tagger=made))
    assert cues.facets["sensitivity"].level == 0
    raised = both.facets["sensitivity"]
    assert raised.level == 2
    assert "came back" in raised.evidence[0].quote
    start, end = raised.evidence[0].start_char, raised.evidence[0].end_char
    assert answer.text[start:end] == raised.evidence[0].quote
    assert raised.advice == rubric.advice["sensitivity"][2]
    assert both.facets["customer"] == cues.facets["customer"]


def test_a_quote_runs_over_no_full_stop(cues: Rubric) -> None:
    made = tagger({"back": 40.0}, step(-3.0), step(-6.0))
    told = score(Answer(TEXT), "data_story", dataclasses.replace(cues, tagger=made))
    quote = told.facets["sensitivity"].evidence[0].quote
    assert quote.endswith("came back")
    assert "." not in quote


def test_hollow_answers_gain_by_no_clause(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    generous = tagger({}, step(9.0), step(9.0))
    hollow = [a for a in labelled if _talk(a, rubric).hollow]
    assert len(hollow) > 3
    for each in hollow:
        cues, both = (
            score(Answer(each.text), each.question, dataclasses.replace(rubric, tagger=made))
            for made in (None, generous)
        )
        assert both.facets == cues.facets


def _talk(answer: LabelledAnswer, rubric: Rubric) -> Profile:
    return profile(find(Answer(answer.text), answer.question, rubric), rubric.gates)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = tagger({"back": 1.25, "don't": -0.5}, step(-3.0, asked=0.5), step(-6.0))
    save_tagger(made, tmp_path)
    again = load_tagger(tmp_path)
    assert again.facets == made.facets
    assert dict(again.words) == dict(made.words)


def test_the_shipped_one_knows_its_words_and_is_small() -> None:
    made = load_tagger()
    assert len(made.words) > 10_000
    assert len(made.facets) >= 3
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 5e6


@pytest.mark.parametrize("harm", ["missing", "cut", "format", "facet", "not_json"])
def test_a_broken_one_is_told_in_a_line(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "tagger"
    shutil.copytree(SHIPPED, folder)
    steps = folder / "steps.json"
    document = json.loads(steps.read_text("utf-8"))
    if harm == "missing":
        (folder / "words.tsv").unlink()
    elif harm == "cut":
        table = (folder / "words.tsv").read_text("utf-8")
        (folder / "words.tsv").write_text(table[: len(table) // 2].rpartition("\t")[0], "utf-8")
    elif harm == "format":
        steps.write_text(json.dumps({**document, "format": 99}), "utf-8")
    elif harm == "facet":
        facets = {"charm": next(iter(document["facets"].values()))}
        steps.write_text(json.dumps({**document, "facets": facets}), "utf-8")
    else:
        steps.write_text("{", "utf-8")
    with pytest.raises(ContentError, match=r"The tagger in .* is of no use .*Reinstall voicecoach"):
        load_tagger(folder)
