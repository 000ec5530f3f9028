"""The closing words: they cover the whole, do not contradict themselves, and are short."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest
import yaml

from tests.rehearsal import Rehearsal
from voicecoach import resources
from voicecoach.cli._debrief import debrief_of
from voicecoach.content.script import load_script
from voicecoach.dialog.activity import Activity, Material
from voicecoach.dialog.closing import hint_for
from voicecoach.dialog.interview import Interview
from voicecoach.dialog.script import Question
from voicecoach.dialog.selection import arrange, find_plan, find_style
from voicecoach.events import UtteranceStarted, Word
from voicecoach.scoring.leaning import LEANINGS
from voicecoach.scoring.types import FACETS, Evidence, FacetScore, Lift, ProbeChoice, Score
from voicecoach.scoring.verbatim import fluent
from voicecoach.scoring.verdict import (
    LAYERS,
    Answered,
    find_moment,
    thin_claim,
    weigh,
)

SCRIPT = load_script(resources.prompts_dir())
ANSWERS = [
    " ".join(each["text"].split())
    for each in yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "judged_answers.yaml").read_text(encoding="utf-8")
    )
]

STRONG = (
    "Night nurses kept missing their check-ups, one in five of them, because they couldn't ring us"
    " before nine. I rang thirty of them myself. So I let them book by text, but only every second"
    " name on the list, and left the others alone. Over two months the no-shows went from twenty"
    " percent to twelve where they could text and stayed at twenty for the rest. I took out the"
    " under-thirties and it was still seven points. We could have charged a fee instead, but that"
    " keeps the poor away, so I rolled the texts out to every clinic and dropped the fee. A nurse"
    " who keeps her check-up keeps her teeth."
)
WEAK = (
    "We launched a new start page last spring because everybody wanted one. The team worked hard"
    " on it and it went well. Then we looked at the numbers and they were good, and people liked"
    " it. The active users rose by nine percent and everybody was very happy with it in the end."
)

MOST_WORDS = 90
"""At the usual voice two words a second and a little more are heard: forty seconds of them."""


def question(
    kind: str = "data_story", facets: tuple[str, ...] = ("isolation", "decision")
) -> Question:
    return dataclasses.replace(SCRIPT.questions[0], id=f"a-{kind}", type=kind, facets=facets)


def judged(
    levels: dict[str, int],
    *,
    asked: Question | None = None,
    quotes: dict[str, str] | None = None,
    overall: float = 3.0,
    probes: tuple[ProbeChoice, ...] = (),
    confidence: float = 1.0,
    number: int = 1,
) -> Answered:
    """An answer with these levels, all others at 1; its quotes follow each other in its words."""
    text = " ".join((quotes or {}).values())
    facets = {}
    for name in FACETS:
        quote = (quotes or {}).get(name)
        start = text.index(quote) if quote else 0
        found = (Evidence(quote, start, start + len(quote)),) if quote else ()
        facets[name] = FacetScore(levels.get(name, 1), found, f"Advice on {name}.")
    score = Score(True, None, overall, facets, 0, (), probes, {}, 100)
    words = tuple(Word(w, i, i + 0.5, confidence) for i, w in enumerate(text.split()))
    asked = asked or question()
    return Answered(f"q{number}", asked.type, asked.facets, score, words)


# --- what they come to --------------------------------------------------------------------------


def test_the_weakest_layer_is_that_of_all_questions_that_call_for_it() -> None:
    behaviour = question("leadership_conflict", ("ownership", "decision"))
    first = judged({"isolation": 2, "sensitivity": 1, "actionability": 2})
    second = judged({"isolation": 2, "sensitivity": 1, "actionability": 2}, number=2)
    third = judged(dict.fromkeys(LAYERS, 0), asked=behaviour, number=3)
    _, gap = weigh([first, second, third])
    assert gap is not None and gap.facet == "sensitivity", "a story on conduct calls for no layer"


def test_where_no_layer_is_called_for_the_weakest_facet_that_matters_is_named() -> None:
    behaviour = question("leadership_conflict", ("ownership", "so_what"))
    _, gap = weigh([judged({"so_what": 0, "isolation": 0, "ownership": 2}, asked=behaviour)])
    assert gap is not None and gap.facet == "so_what"


def test_where_nothing_is_missing_nothing_is_named() -> None:
    moment, gap = weigh([judged(dict.fromkeys(FACETS, 2))])
    assert gap is None
    assert moment is not None and moment.level == 2


@pytest.mark.parametrize("seed", range(40))
def test_what_is_praised_is_not_missed(seed: int) -> None:
    dice = random.Random(seed)
    answers = [
        judged({name: dice.choice((0, 1, 2)) for name in FACETS}, number=n) for n in range(1, 4)
    ]
    moment, gap = weigh(answers)
    assert moment is not None and gap is not None
    assert moment.facet != gap.facet
    assert {moment.facet, gap.facet} != {"decision", "actionability"}


def test_the_moment_is_one_that_can_be_quoted_and_was_their_own_doing() -> None:
    asked = question(facets=("decision", "isolation"))
    plain = judged({"decision": 2, "isolation": 2}, asked=asked, overall=4.0)
    quoted = judged(
        {"isolation": 2}, asked=asked, quotes={"isolation": "we kept ten shops as they were"}
    )
    moment = find_moment([plain, quoted])
    assert moment is not None
    assert moment.item is quoted
    assert moment.quote == "we kept ten shops as they were"


def test_words_that_were_badly_heard_are_not_read_back() -> None:
    quotes = {"isolation": "we kept ten shops as they were"}
    heard = find_moment([judged({"isolation": 2}, quotes=quotes, confidence=0.4)])
    assert heard is not None and heard.quote == ""


@pytest.mark.parametrize(
    ("quote", "spoken"),
    [
        ("so um i decided against it", "I decided against it"),
        ("and we went to the director and i said", "we went to the director"),
        ("Because it cost more, and", "it cost more"),
        ("and", ""),
    ],
)
def test_a_quote_has_no_loose_ends(quote: str, spoken: str) -> None:
    assert fluent(quote) == spoken


def test_the_thin_claim_is_read_back_unless_it_was_just_praised() -> None:
    claim = "checkout completion rose eight percent"
    probe = ProbeChoice("counterfactual", "result_without_comparison", claim, claim, 1.0)
    item = judged({"isolation": 0, "quantified_result": 2}, probes=(probe,))
    moment, gap = weigh([item])
    assert gap is not None and gap.facet == "isolation"
    assert thin_claim(gap, moment) == claim
    praised = judged(
        {"isolation": 0, "quantified_result": 2},
        probes=(probe,),
        quotes={"quantified_result": claim},
    )
    moment, gap = weigh([praised])
    assert moment is not None and moment.quote == claim
    assert gap is not None and thin_claim(gap, moment) == ""


# --- as they are heard --------------------------------------------------------------------------


def closing(plan: str, seed: int, style: str = "", answers: int = 60, last: str = "") -> list[str]:
    """Rehearse an interview, with answers drawn by the seed, and return the closing words."""

    def make(material: Material) -> Activity:
        chosen = find_plan(material.script, plan)
        manner = find_style(material.script, style) if style else None
        return Interview(material, chosen, arrange(material.script, chosen, seed), manner)

    said = random.Random(seed).choices(ANSWERS, k=answers)
    held = Rehearsal(make, [*said, *([last] if last else [])], seed=seed)
    return [e.text for e in held.of(UtteranceStarted) if e.purpose == "closing"]


@pytest.mark.parametrize(
    ("plan", "seeds", "style"),
    [
        ("standard", range(6), ""),
        ("standard", range(12, 14), "warm"),
        ("standard", range(16, 18), "bar raiser"),
        ("quick", range(6), ""),
        ("voice-loop", range(1), ""),
    ],
)
def test_the_closing_words_stay_under_forty_seconds(plan: str, seeds: range, style: str) -> None:
    for seed in seeds:
        said = closing(plan, seed, style)
        assert sum(len(text.split()) for text in said) <= MOST_WORDS, said


@pytest.mark.parametrize("seed", range(6))
def test_of_several_answers_the_moment_says_which(seed: int) -> None:
    said = closing("standard", seed)
    assert sum("question" in text for text in said) == 1


def test_of_one_answer_no_question_is_counted() -> None:
    assert not [text for text in closing("quick", 3) if "question" in text]


def test_an_interview_that_was_stopped_is_rated_as_far_as_it_came() -> None:
    said = closing("standard", 2, answers=2, last="stop the interview")
    starts = [text.partition(",")[0] for text in SCRIPT.phrases["feedback_so_far"]]
    assert any(said[0].startswith(start) for start in starts)
    assert "out of five" in said[0]


def test_what_could_not_be_scored_is_not_passed_over() -> None:
    def make(material: Material) -> Activity:
        plan = find_plan(material.script, "standard")
        return Interview(material, plan, arrange(material.script, plan, 1))

    short = "we did a few things there"
    held = Rehearsal(make, [ANSWERS[0], short, short, "next question", short, "next question"])
    said = [e.text for e in held.of(UtteranceStarted) if e.purpose == "closing"]
    assert len(set(said) & set(SCRIPT.phrases["unscored_answers"])) == 1


def leaning_said(answers: list[str], style: str = "") -> list[str]:
    """Rehearse an interview without follow-ups and return which leaning was said."""

    def make(material: Material) -> Activity:
        plan = find_plan(material.script, "standard")
        bank = dataclasses.replace(
            material.script,
            questions=tuple(
                dataclasses.replace(q, type="data_story", probes=())
                for q in material.script.questions
            ),
        )
        manner = find_style(material.script, style) if style else None
        return Interview(material, plan, arrange(bank, plan, 1), manner)

    held = Rehearsal(make, answers)
    said = [e.text for e in held.of(UtteranceStarted) if e.purpose == "closing"]
    return [
        name
        for name in LEANINGS
        for text in said
        if any(text.endswith(p.rpartition(". ")[2]) for p in SCRIPT.phrases[f"lean_{name}"])
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_report_says_what_was_said_aloud(seed: int) -> None:
    def make(material: Material) -> Activity:
        plan, bar_raiser = find_plan(material.script, "standard"), "bar-raiser"
        parts = arrange(material.script, plan, seed)
        return Interview(material, plan, parts, find_style(material.script, bar_raiser))

    held = Rehearsal(make, random.Random(seed).choices(ANSWERS, k=60), seed=seed)
    said = [e.text for e in held.of(UtteranceStarted) if e.purpose == "closing"]
    written = debrief_of(held.events, SCRIPT)
    assert written is not None
    verdict = written["leaning"]["verdict"]
    if verdict in LEANINGS:
        ends = [phrase.rpartition(". ")[2] for phrase in SCRIPT.phrases[f"lean_{verdict}"]]
        assert any(text.endswith(end) for text in said for end in ends)
    for concern in written["concerns"][:1]:
        name = concern["facet"]
        names = [name.replace("_", " "), *SCRIPT.phrases[f"facet_{name}"]]
        assert any(called in text for text in said for called in names)
    quotes = [each["quote"] for each in written["strengths"][:1]]
    quoted = [text for text in said if "question" in text and ":" in text]
    assert all(quote in text for quote in quotes for text in quoted)


def test_a_good_leaning_is_said_by_everybody() -> None:
    for style in ("", "warm", "bar-raiser"):
        assert leaning_said([STRONG] * 3, style) == ["hire"], style


def test_a_bad_leaning_is_said_only_by_whoever_was_asked_to_be_hard() -> None:
    assert leaning_said([WEAK] * 3) == []
    assert leaning_said([WEAK] * 3, "warm") == []
    assert leaning_said([WEAK] * 3, "bar-raiser") in (["leaning_no_hire"], ["no_hire"])


def test_from_one_answer_no_leaning_is_said() -> None:
    assert not [text for text in closing("quick", 3) if " answers" in text]


def test_the_hint_is_that_of_the_answer_which_lacks_it_most() -> None:
    lift = Lift(("isolation",), 4.5, "A twin.", "You said it fell to six. Say it with the twin.")
    item = judged({"isolation": 0}, overall=3.5)
    item = dataclasses.replace(item, score=dataclasses.replace(item.score, lift=lift))
    other = judged({"sensitivity": 0, "decision": 2}, number=2)
    for answers, hint in (([other, item], lift.hint), ([item], lift.hint), ([other], "")):
        moment, gap = weigh(answers)
        assert gap is not None
        assert hint_for(gap, moment) == hint


def test_a_hint_does_not_take_up_what_was_just_praised() -> None:
    quote = "completion rose eight percent"
    lift = Lift(("isolation",), 4.5, "A twin.", f"You said {quote}. Say it with the twin.")
    item = judged({"isolation": 0, "quantified_result": 2}, quotes={"quantified_result": quote})
    item = dataclasses.replace(item, score=dataclasses.replace(item.score, lift=lift))
    moment, gap = weigh([item])
    assert moment is not None and moment.quote == quote
    assert gap is not None and hint_for(gap, moment) == ""


def test_interviewers_close_in_their_own_voice() -> None:
    assert closing("standard", 5) != closing("standard", 5, "warm")
    warm = SCRIPT.styles["warm"].phrases["goodbye"]
    assert closing("standard", 5, "warm")[-1] in warm
