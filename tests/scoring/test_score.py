"""The judge as a whole: what it may never do, what opens and closes its gates, what it says."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scoring.test_adversarial import TERMS
from voicecoach.events import Word
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import FACETS, PROBES, QUESTION_TYPES, Answer, Score

GOLDEN = Path(__file__).parents[1] / "data" / "scores_golden.json"

STORY = (
    "Night nurses kept missing their dental check-ups, one in five of them, because they couldn't"
    " ring us before nine. I rang thirty of them myself. So I let them book by text, but only every"
    " second name on the list, and left the others alone. Over two months the no-shows went from"
    " 20% to 12% where they could text and stayed at 20 for the rest. I took out the under-thirties"
    " and it was still seven points. We could have charged a fee instead, but that keeps the poor"
    " away, so I rolled the texts out to every clinic and dropped the fee. A nurse who keeps her"
    " check-up keeps her teeth."
)


def as_recognised(text: str) -> str:
    """Return a text as a recogniser would write it, figures aside: lower case, no punctuation."""
    return re.sub(r"[^\w\s'%.$£€]|(?<!\d)\.|\.(?!\d)", " ", text.lower())


def overall(text: str, rubric: Rubric, question: str = "data_story") -> float:
    return score(Answer(text), question, rubric).overall or 0.0


def test_a_story_that_does_everything_is_strong_on_everything(rubric: Rubric) -> None:
    judged = score(Answer(STORY), "data_story", rubric)
    assert {name: f.level for name, f in judged.facets.items()} == dict.fromkeys(FACETS, 2)
    assert judged.overall == 5


def test_terms_alone_earn_next_to_nothing(rubric: Rubric) -> None:
    judged = score(Answer(TERMS), "data_story", rubric)
    assert judged.overall is not None
    assert judged.overall <= 2
    assert judged.leadership_principles == ()
    assert max(f.level for f in judged.facets.values()) <= 1


def test_a_denial_counts_as_a_denial(rubric: Rubric) -> None:
    text = "It went up nine percent. We didn't have a comparison group, so I can't say more."
    levels = score(Answer(text * 2), "data_story", rubric).facets
    assert levels["isolation"].level == 0


def test_a_count_of_presence_is_no_measure(rubric: Rubric) -> None:
    text = (
        "I would choose monthly active users for the reading app, because it shows how many"
        " people we reach, and it went from ten thousand to fourteen thousand last spring"
        " after the campaign."
    )
    judged = score(Answer(text), "metric_choice", rubric)
    assert judged.facets["metric_quality"].level == 0
    assert judged.facets["quantified_result"].level == 2
    assert judged.probes[0].probe == "metric_why"


# --- properties ---------------------------------------------------------------------------------


def test_evidence_is_verbatim_and_there_wherever_something_was_shown(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    for answer in labelled:
        judged = score(Answer(answer.text), answer.question, rubric)
        for name, facet in judged.facets.items():
            assert bool(facet.evidence) == (facet.level > 0), (answer.id, name)
            for evidence in facet.evidence:
                assert evidence.quote == answer.text[evidence.start_char : evidence.end_char]


def test_the_surface_does_not_matter(rubric: Rubric, labelled: tuple[LabelledAnswer, ...]) -> None:
    changes = [
        abs(
            overall(answer.text, rubric, answer.question)
            - overall(as_recognised(answer.text), rubric, answer.question)
        )
        for answer in labelled
    ]
    assert max(changes) <= 0.5
    assert sum(changes) / len(changes) <= 0.05


def test_fillers_and_repeats_do_not_matter(rubric: Rubric) -> None:
    stumbled = re.sub(r"\b(I|it|the)\b", r"\1, um, \1", STORY)
    plain, slow = (score(Answer(t), "data_story", rubric) for t in (STORY, stumbled))
    assert {n: f.level for n, f in plain.facets.items()} == {
        n: f.level for n, f in slow.facets.items()
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400), question=st.sampled_from(QUESTION_TYPES))
def test_any_text_is_judged_the_same_twice(text: str, question: str, rubric: Rubric) -> None:
    first, second = (score(Answer(text), question, rubric) for _ in range(2))
    assert first == second
    json.dumps(first.to_json())


def test_times_of_evidence_are_those_of_its_words(rubric: Rubric) -> None:
    texts = as_recognised(STORY).split()
    words = tuple(Word(w, i * 0.4, i * 0.4 + 0.3, 0.9) for i, w in enumerate(texts))
    answer = Answer(" ".join(texts), words, words[-1].end_s, 30.0)
    judged = score(answer, "data_story", rubric)
    for facet in judged.facets.values():
        for evidence in facet.evidence:
            first = evidence.quote.split()[0]
            assert evidence.start_s is not None
            assert first in {w.text for w in words if w.start_s == evidence.start_s}
            assert evidence.end_s is not None
            assert evidence.start_s < evidence.end_s


# --- gates --------------------------------------------------------------------------------------


def not_scored(judged: Score) -> str:
    assert not judged.scorable
    assert judged.overall is None
    assert [p.probe for p in judged.probes] == ["clarify"], (
        "what cannot be judged is asked for again"
    )
    assert all(f.level == 0 and not f.evidence for f in judged.facets.values())
    assert judged.why_not
    return judged.why_not


GERMAN = (
    "der hund geht heute nicht in die schule weil er krank ist und seine mutter arbeiten muss " * 2
)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("", "silence"),
        (" \n\t", "silence"),
        ("🙂🙂🙂", "silence"),
        ("\x00\x07 ... ?!", "silence"),
        ("no", "too_short"),
        ("I think it went well in the end.", "too_short"),
        ("and the word " * 300, "repetition"),
        ("我负责一家鞋店的支付页面，客户因为页面太慢而离开。" * 3, "not_english"),
        ("я отвечал за страницу оплаты обувного магазина и клиенты уходили", "not_english"),
        (GERMAN + "das kind spielt im garten und niemand sieht ihm dabei zu", "not_english"),
    ],
)
def test_what_cannot_be_judged_is_not(text: str, gate: str, rubric: Rubric) -> None:
    judged = score(Answer(text), "data_story", rubric)
    assert not_scored(judged) == rubric.gates.why_not[gate]


def test_words_that_were_hardly_heard_are_not_judged(rubric: Rubric) -> None:
    words = tuple(Word(w, i * 0.4, i * 0.4 + 0.3, 0.3) for i, w in enumerate(STORY.split()))
    judged = score(Answer(" ".join(w.text for w in words), words), "data_story", rubric)
    assert not_scored(judged) == rubric.gates.why_not["low_confidence"]


def test_a_reply_to_a_follow_up_may_be_short(rubric: Rubric) -> None:
    reply = Answer("The stores next door fell just as much that month.")
    assert score(reply, "counterfactual_followup", rubric).scorable
    assert not score(reply, "data_story", rubric).scorable


def test_twenty_thousand_words_are_no_trouble_and_no_answer(rubric: Rubric) -> None:
    start = time.process_time()
    judged = score(Answer((STORY + " ") * 190), "data_story", rubric)
    assert judged.words > 20_000
    assert not_scored(judged) == rubric.gates.why_not["too_long"]
    assert time.process_time() - start < 5


def test_signs_between_the_words_change_nothing(rubric: Rubric) -> None:
    strewn = STORY.replace(". ", " \U0001f642. ").replace(", ", "\x07, ")
    plain, odd = (score(Answer(t), "data_story", rubric) for t in (STORY, strewn))
    assert (plain.overall, plain.words) == (odd.overall, odd.words)


# --- follow-ups and golden file -----------------------------------------------------------------


def test_every_probe_is_ranked_once_with_falling_urgency(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    for answer in labelled[:20]:
        probes = score(Answer(answer.text), answer.question, rubric).probes
        assert sorted(p.probe for p in probes) == sorted(PROBES)
        urgencies = [p.urgency for p in probes]
        assert urgencies == sorted(urgencies, reverse=True)
        assert all(p.rule for p in probes)
        assert all(p.evidence in answer.text for p in probes)


@pytest.mark.parametrize(
    ("text", "question", "probe", "claim"),
    [
        (
            "I ran the returns desk for a shoe shop. Customers stood in line for half an"
            " hour. We put in a second till, and I decided to keep it, because the wait went"
            " from thirty minutes to twelve, and people had time for a coffee, which they'd"
            " never had before.",
            "data_story",
            "counterfactual",
            "the wait went from thirty minutes to twelve",
        ),
        (
            "Things were not where they needed to be, so we took a step back and made some"
            " changes, and people noticed straight away, and it was a really great experience"
            " for everyone involved.",
            "data_story",
            "clarify",
            "",
        ),
        (
            "Our director wanted the new rota by June. A working group told him that the"
            " nurses were losing sleep, sick days went from 4% to 7%, and the launch was"
            " moved to the autumn instead.",
            "leadership_conflict",
            "ownership",
            "",
        ),
    ],
)
def test_the_first_follow_up_asks_for_the_weakest_thing(
    text: str, question: str, probe: str, claim: str, rubric: Rubric
) -> None:
    first = score(Answer(text), question, rubric).probes[0]
    assert first.probe == probe
    if claim:
        assert first.claim == claim


def test_scores_are_those_of_the_golden_file(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    """A change of the rubric shows here: look at each difference, then write the file anew.

    ``python -m tests.scoring.golden`` writes it.
    """
    from tests.scoring.golden import golden_scores

    assert golden_scores(rubric, labelled) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_agreement_holds_on_answers_that_no_cue_was_written_for(
    rubric: Rubric, held_out: tuple[LabelledAnswer, ...]
) -> None:
    from voicecoach.scoring.evaluation import evaluate

    figures = evaluate([(a, score(Answer(a.text), a.question, rubric)) for a in held_out])
    assert figures["overall"]["spearman"] >= 0.75
    assert figures["mean_facet_kappa"] >= 0.6
    assert figures["kinds"]["stuffed"]["scored_above_2"] == 0
    assert figures["kinds"]["vague"]["scored_3_or_more"] == 0
