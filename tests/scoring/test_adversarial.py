"""What must not raise a score: terms, repetition, borrowed words, disorder, another's question."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from statistics import mean

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scoring.misheard_text import misheard
from voicecoach.content.questions import load_bank
from voicecoach.content.yamlfile import read_yaml
from voicecoach.resources import prompts_dir
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.rubric import Rubric
from voicecoach.scoring.score import score
from voicecoach.scoring.types import FACETS, QUESTION_TYPES, Answer, Score

TERMS = (
    "We isolated the causal effect with a control group and a holdout, ran a sensitivity"
    " analysis on the edge cases, and made a data driven decision with our stakeholders. The"
    " so what is business impact, and it shows Customer Obsession, Ownership, Dive Deep and"
    " Deliver Results, with guardrail metrics and a North Star."
)
MORE_TERMS = (
    "I always think about causality, confounders, selection bias, instrumental variables and"
    " counterfactuals. My KPIs are actionable, my insights are scalable, and I am bar raising on"
    " tradeoffs, alignment, prioritisation, robustness checks and statistical significance."
)
FOREIGN_QUESTION = "Tell me about a time when data changed your mind about a product you owned."
WARM_AIR = (
    "And it was honestly such a great journey for everyone involved, with so much passion and"
    " energy in the room, and I think we all learned a lot from one another along the way."
)
ELSEWHERE = (
    "By the way the weather has been lovely here, the lake is warm for November, and the soup on"
    " the stove smells of ginger and a little too much pepper."
)


def advice(level: int) -> str:
    """Return the rubric's own sentences for one level of each facet."""
    entries = read_yaml(prompts_dir() / "rubric" / "advice.yaml").mapping(required=FACETS)
    return " ".join(
        node.mapping(required=("0", "1", "2"))[str(level)].text() for node in entries.values()
    )


def own_question(answer: LabelledAnswer) -> str:
    """Return a question of the bank that such an answer may have been given to."""
    questions, _ = load_bank(prompts_dir() / "questions")
    return next(q.text for q in questions if q.type == answer.question)


def shuffled(text: str, seed: int) -> str:
    """Return the sentences of a text in another order."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    random.Random(seed).shuffle(sentences)
    return " ".join(sentences)


def rating(judged: Score) -> float:
    """Return the overall, the lowest where there is none: abstaining rewards nobody."""
    return judged.overall or 1.0


def rated(text: str, answer: LabelledAnswer, rubric: Rubric) -> float:
    return rating(score(Answer(text), answer.question, rubric))


ATTACKS: dict[str, Callable[[LabelledAnswer], str]] = {
    "terms after": lambda a: f"{a.text} {TERMS}",
    "terms before": lambda a: f"{TERMS} {a.text}",
    "said twice": lambda a: f"{a.text} {a.text}",
    "the rubric's advice on what is missing": lambda a: f"{a.text} {advice(0)}",
    "the rubric's advice on what is thin": lambda a: f"{advice(1)} {a.text}",
    "the rubric's praise": lambda a: f"{a.text} {advice(2)}",
    "a question of the bank": lambda a: f"{own_question(a)} {a.text}",
    "a question from elsewhere": lambda a: f"{FOREIGN_QUESTION} {a.text}",
    "the advice as it is heard": lambda a: f"{a.text} {advice(0).lower().replace(',', '')}",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_is_gained_by(
    attack: str, rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    for answer in labelled:
        before = rated(answer.text, answer, rubric)
        assert rated(ATTACKS[attack](answer), answer, rubric) <= before, answer.id


@pytest.mark.parametrize("text", [MORE_TERMS, WARM_AIR, ELSEWHERE])
def test_other_talk_gains_nothing_but_chance(
    text: str, rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    """Cues of a few words can meet anywhere; what they may not do is add up."""
    changes = [
        rated(f"{answer.text} {text}", answer, rubric) - rated(answer.text, answer, rubric)
        for answer in labelled
    ]
    assert mean(changes) <= 0.03
    assert max(changes) <= 0.5


def test_disorder_gains_nothing_but_chance(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    changes = [
        rated(shuffled(answer.text, seed), answer, rubric) - rated(answer.text, answer, rubric)
        for answer in labelled
        if answer.style == "clean"
        for seed in (1, 2)
    ]
    assert len(changes) > 60
    assert mean(changes) <= 0
    assert max(changes) <= 1


def test_an_answer_to_another_question_is_refused_or_gains_nothing_but_chance(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    own, refused, changes = [], [], []
    for answer in labelled:
        if answer.question == "counterfactual_followup" or answer.kind in {"stuffed", "vague"}:
            continue
        here = score(Answer(answer.text), answer.question, rubric)
        own.append(here.scorable)
        for other in QUESTION_TYPES:
            if other not in {answer.question, "counterfactual_followup"}:
                there = score(Answer(answer.text), other, rubric)
                refused.append(not there.scorable)
                changes.append(rating(there) - rating(here))
    assert all(own)
    assert mean(refused) >= 0.25
    assert mean(changes) <= -0.8
    assert mean(change > 0 for change in changes) <= 0.08


def test_a_recogniser_that_errs_changes_little(
    rubric: Rubric, labelled: tuple[LabelledAnswer, ...]
) -> None:
    changes = [
        rated(misheard(answer.text, 0.15, seed), answer, rubric)
        - rated(answer.text, answer, rubric)
        for seed, answer in enumerate(labelled)
    ]
    assert abs(mean(changes)) <= 0.3
    assert mean(map(abs, changes)) <= 0.45


# --- properties ---------------------------------------------------------------------------------

STORIES = (
    "Night nurses kept missing their dental check-ups, one in five of them. I rang thirty of them"
    " myself. So I let them book by text, but only every second name on the list, and left the"
    " others alone. Over two months the no-shows went from 20% to 12% where they could text and"
    " stayed at 20 for the rest. I rolled the texts out to every clinic and dropped the fee.",
    "I owned the returns desk of a shoe shop. Customers stood in line for half an hour. We put in"
    " a second till, and I decided to keep it, because the wait went from thirty minutes to"
    " twelve. It cost us the window display, and I would pay that again.",
)
IDLE = ("lovely", "weather", "river", "soup", "sunday", "garden", "blue", "quietly", "perhaps")


def contents(judged: Score) -> dict[str, int]:
    """Return the levels that rest on what is said, not on its order."""
    return {name: f.level for name, f in judged.facets.items() if name != "structure"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    story=st.sampled_from(STORIES),
    idle=st.lists(st.sampled_from(IDLE), min_size=1, max_size=12),
    before=st.booleans(),
)
def test_idle_words_never_raise_a_content_level(
    story: str, idle: list[str], before: bool, cues: Rubric
) -> None:
    """So it is for cues; to the second reader every word is some evidence, if only a little."""
    more = " ".join(idle).capitalize() + "."
    text = f"{more} {story}" if before else f"{story} {more}"
    plain, padded = (contents(score(Answer(t), "data_story", cues)) for t in (story, text))
    assert all(padded[name] <= plain[name] for name in plain)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations([0, 1, 2]))
def test_the_order_of_independent_facts_moves_nothing_but_structure(
    order: list[int], rubric: Rubric
) -> None:
    facts = (
        "Support tickets fell from forty to ten a week.",
        "Returns fell from nine percent to six percent.",
        "Refunds went from thirty a day to twelve.",
    )
    frame = (
        "I owned the checkout of a shoe shop and I changed one label. {} Parents who shop at night"
        " told me that they had been lost."
    )
    first, again = (
        contents(score(Answer(frame.format(" ".join(told))), "data_story", rubric))
        for told in (facts, [facts[place] for place in order])
    )
    assert first == again


def _any_text() -> Iterator[st.SearchStrategy[str]]:
    yield st.text(max_size=300)
    yield st.text(alphabet=st.characters(categories=["So", "Cc", "Cf", "Zs"]), max_size=80)
    yield st.lists(
        st.sampled_from([*IDLE, "i", "we", "because", "5%", "from", "to"]), max_size=90
    ).map(" ".join)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(*_any_text()), question=st.sampled_from(QUESTION_TYPES))
def test_spans_lie_inside_the_text(text: str, question: str, rubric: Rubric) -> None:
    judged = score(Answer(text), question, rubric)
    for facet in judged.facets.values():
        for evidence in facet.evidence:
            assert 0 <= evidence.start_char < evidence.end_char <= len(text)
            assert text[evidence.start_char : evidence.end_char] == evidence.quote
