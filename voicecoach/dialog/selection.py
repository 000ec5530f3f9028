"""Which questions are asked, and in which words. Pure, and the same for the same seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.dialog.personas import NEUTRAL, Style
from voicecoach.dialog.plans import Families, Plan, Round
from voicecoach.dialog.script import LEVELS, ProbeWording, Question, Script
from voicecoach.errors import UsageError
from voicecoach.scoring.types import PRINCIPLES

NEVER_ASKED: Mapping[str, int] = {}
"""The history of a beginner."""

_NEAR = 75.0
"""How alike (0 to 100) a name must be to be taken for what was meant."""

_MISSPELT = 82.0
"""How alike (0 to 100) a word of a search must be to one of a question."""

_FOUND = 60.0
"""How well (0 to 100) a question must fit a search to be shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A round with the questions that will be asked in it."""

    round: Round
    questions: tuple[Question, ...]


def arrange(
    script: Script,
    plan: Plan,
    seed: int,
    *,
    family: str | None = None,
    level: str | None = None,
    principle: str | None = None,
    question: str | None = None,
    asked: Mapping[str, int] = NEVER_ASKED,
    wanted: Collection[str] = (),
) -> tuple[Part, ...]:
    """Return an interview: the rounds of a plan with their questions, none of them twice.

    Each of the plan's slots takes a question of its families; where none of those passes the
    filters, one of any family that does. A narrow filter may leave fewer questions than slots.
    What was asked before does not come again until everything else in its slot has been asked as
    often, and families take turns.

    Args:
        script: the bank.
        plan: how many questions, and of which families.
        seed: the same seed and history, the same questions.
        family: only questions of this family.
        level: only questions meant for this level, such as ``L6``.
        principle: only questions that test this leadership principle.
        question: ask this one first, whatever the filters say: its id, or words of it.
        asked: how often questions were asked before, by id.
        wanted: ids of questions that go before the others of their slot.

    Raises:
        UsageError: a name that is not known, or no question passes the filters.
    """
    pool = filter_questions(script, family=family, level=level, principle=principle)
    if not pool and question is None:
        raise UsageError(
            "usage.no_question_fits",
            "No question fits all of that at once",
            "Ask for less, or look at: voicecoach questions",
        )
    choice = random.Random(f"questions {seed}")
    named = find_question(script.questions, question) if question is not None else None
    chosen: list[Question] = []
    parts = []
    for each in plan.rounds:
        first = len(chosen)
        for families in each.questions:
            following = named if not chosen and named else None
            following = following or _choose(choice, pool, families, chosen, asked, wanted)
            if following is not None:
                chosen.append(following)
        parts.append(Part(each, tuple(chosen[first:])))
    return tuple(part for part in parts if part.questions)


def _choose(
    choice: random.Random,
    pool: Sequence[Question],
    families: Families,
    chosen: Sequence[Question],
    asked: Mapping[str, int],
    wanted: Collection[str],
) -> Question | None:
    """Return a question for a slot, None where the pool is used up."""
    left = [q for q in pool if q not in chosen]
    fitting = [q for q in left if not families or q.family in families] or left
    if not fitting:
        return None
    fitting = [q for q in fitting if q.id in wanted] or fitting
    fewest = min(asked.get(q.id, 0) for q in fitting)
    fresh = [q for q in fitting if asked.get(q.id, 0) == fewest]
    turns = Counter({q.family: 0 for q in pool})
    for other in pool:
        turns[other.family] += asked.get(other.id, 0)
    rarest = min(turns[q.family] for q in fresh)
    return choice.choice(
        sorted((q for q in fresh if turns[q.family] == rarest), key=lambda q: q.id)
    )


def choose_questions(
    script: Script, plan: Plan, seed: int, question: str | None = None
) -> tuple[Question, ...]:
    """Return the questions of all rounds of an interview, in order: see `arrange`."""
    parts = arrange(script, plan, seed, question=question)
    return tuple(question for part in parts for question in part.questions)


def filter_questions(
    script: Script,
    *,
    family: str | None = None,
    level: str | None = None,
    principle: str | None = None,
) -> list[Question]:
    """Return the questions that pass the filters, in the order of the bank.

    Names may be written loosely: ``data stories``, ``l6``, ``disagree and commit``.

    Raises:
        UsageError: a name that is not known.
    """
    tests: list[Callable[[Question], bool]] = []
    if family is not None:
        wanted_family = find_name("family", family, script.families)
        tests.append(lambda q: q.family == wanted_family)
    if level is not None:
        wanted_level = find_name("level", level, LEVELS)
        tests.append(lambda q: wanted_level in q.levels)
    if principle is not None:
        wanted_principle = find_name("principle", principle, PRINCIPLES)
        tests.append(lambda q: wanted_principle in q.principles)
    return [q for q in script.questions if all(test(q) for test in tests)]


def find_plan(script: Script, name: str) -> Plan:
    """Return the plan of a name.

    Raises:
        UsageError: there is none.
    """
    return script.plans[find_name("plan", name, script.plans)]


def find_round(plan: Plan, written: str) -> int:
    """Return the number of a round, from 1: it is written as a number, or as its title.

    Raises:
        UsageError: there is none.
    """
    if written.isdecimal() and 1 <= int(written) <= len(plan.rounds):
        return int(written)
    titles = [each.title for each in plan.rounds]
    try:
        return titles.index(find_name("round", written, titles)) + 1
    except UsageError as error:
        numbered = " · ".join(f"{number} {title}" for number, title in enumerate(titles, 1))
        raise UsageError(error.code, error.message, f"Choose: {numbered} · next") from error


def find_style(script: Script, name: str) -> Style:
    """Return the style of a name.

    Raises:
        UsageError: there is none.
    """
    return script.styles[find_name("style", name, script.styles)]


def find_question(questions: Iterable[Question], wanted: str) -> Question:
    """Return the question with this id, or the one that these words fit best.

    Raises:
        UsageError: none comes near.
    """
    questions = list(questions)
    found = search_questions(questions, wanted)
    if not found:
        raise UsageError(
            "usage.no_such_question",
            f"There is no question like {wanted!r}",
            "Look at: voicecoach questions",
        )
    return found[0]


def search_questions(questions: Iterable[Question], words: str) -> list[Question]:
    """Return the questions that the words fit, best first; an exact id is the only one.

    Each word is looked for in the id, where it counts most, and in the family and the text; it may
    be misspelt, or only the beginning of a word.
    """
    wanted = _words(words)
    ranked = []
    for place, question in enumerate(questions):
        name = _words(question.id)
        if wanted == name:
            return [question]
        said = _words(f"{question.family} {question.context} {question.text}")
        fits = [max(_fit(word, name), 0.9 * _fit(word, said)) for word in wanted]
        fit = sum(fits) / len(fits) if fits else 0.0
        if fit >= _FOUND:
            ranked.append((-fit, place, question))
    return [question for _, _, question in sorted(ranked, key=lambda r: r[:2])]


def choose_wording(options: Sequence[str], seed: int, *key: object, previous: str = "") -> str:
    """Return one of several wordings, always the same for a seed and key.

    They take turns: within a session one comes after the other, and sessions whose seeds follow
    each other begin with different ones.

    Args:
        options: at least one.
        seed: of the session.
        key: what the wording is for, such as a name and a count.
        previous: what was said last for this purpose.
    """
    if previous in options:
        return options[(options.index(previous) + 1) % len(options)]
    first = random.Random(f"wording {key!r}").randrange(len(options))
    return options[(first + seed) % len(options)]


def probe_wordings(
    wording: ProbeWording,
    question: Question | None,
    claim: str = "",
    sharper: bool = False,
    style: str = NEUTRAL,
) -> tuple[str, ...]:
    """Return the wordings of a probe that fit what was asked.

    Args:
        wording: of the probe.
        question: that the answer was given to; a case has not happened yet, so it is probed in
            other words than a story.
        claim: what can be read back; '' for nothing.
        sharper: whether it is put for the second time.
        style: whose wordings; the usual ones where it has none of its own.
    """
    own = wording.styles.get(style, wording)
    if question is not None and question.is_case:
        return own.case or wording.case
    if sharper:
        return own.sharper or wording.sharper
    if claim and wording.quoting:
        return own.quoting or wording.quoting
    return own.plain or wording.plain


def _fit(word: str, there: Sequence[str]) -> float:
    """Return how well (0 to 100) a word occurs among others."""
    from rapidfuzz import fuzz, process  # late: most interviews search for nothing

    if word in there:
        return 100.0
    if len(word) >= 3 and any(other.startswith(word) for other in there):
        return 95.0
    if any(len(other) >= 4 and word.startswith(other) for other in there):
        return 90.0  # hourly, for hour
    near = process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=_MISSPELT)
    return float(near[1]) if near else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("'s ", " "))


def find_name(what: str, written: str, names: Iterable[str]) -> str:
    """Return the name that was meant: exact, part of one only, or nearly written.

    Raises:
        UsageError: none, or more than one.
    """
    from rapidfuzz import fuzz, process

    plain = {" ".join(_words(name)): name for name in names}
    wanted = " ".join(_words(written))
    parts = [name for known, name in plain.items() if wanted and wanted in known]
    near = process.extractOne(wanted, plain.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if wanted in plain:
        return plain[wanted]
    if len(parts) == 1:
        return parts[0]
    if near and not parts:
        return plain[near[0]]
    raise UsageError(
        f"usage.no_such_{what}",
        f"There is no {what} {written!r}",
        f"Choose: {' · '.join(parts or plain.values())}",
    )
