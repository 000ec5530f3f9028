"""Content: what ships loads and is fit for the ear; what is broken says where, and what to do."""

from __future__ import annotations

import itertools
import re
import shutil
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from voicecoach import resources
from voicecoach.content import yamlfile
from voicecoach.content.ear import find_misreadings
from voicecoach.content.questions import load_questions
from voicecoach.content.script import load_script
from voicecoach.content.yamlfile import read_yaml
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.dialog.drill_calls import drill_calls
from voicecoach.dialog.drill_script import DRILL_PHRASES, Drill
from voicecoach.dialog.personas import NEUTRAL
from voicecoach.dialog.script import COMMANDS, LEVELS, PHRASES, Script
from voicecoach.errors import ContentError
from voicecoach.scoring.types import FACETS, PRINCIPLES, PROBES, QUESTION_TYPES

DATA = Path(__file__).parent / "data" / "content"
BROKEN = DATA / "broken"

TOPICS = {
    "stakeholder-alignment",
    "technical-tradeoffs",
    "content-strategy",
    "marketplace-trust",
    "too-little-data",
    "new-voice-capability",
    "cloud-pricing",
    "influence",
    "small-seller-ads",
    "regulated-market",
    "data-stories",
    "metric-choice",
    "first-year-voice",
    "from-data-science",
    "press-release",
    "pricing-case",
    "failure",
    "stop-decisions",
}


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(resources.prompts_dir())


def spoken_texts(script: Script) -> Iterator[tuple[str, str]]:
    """Everything that can be said, slots and all, with where it comes from."""
    for question in script.questions:
        for text in (question.context, question.text, *question.hints):
            yield question.id, text
    for name, probe in script.probes.items():
        for put in (probe, *probe.styles.values()):
            for text in (*put.quoting, *put.plain, *put.sharper, *put.case):
                yield name, text
    own = {n: s.phrases for n, s in script.styles.items()}
    own |= {f"persona {n}": p.phrases for n, p in script.personas.items()}
    for name, phrases in own.items():
        for text in itertools.chain(*phrases.values()):
            yield name, text
    for name, persona in script.personas.items():
        for text in persona.introduction:
            yield name, text
    for name, wordings in script.phrases.items():
        for text in wordings:
            yield name, text
    for name, drill in script.drills.items():
        feedback = itertools.chain(*drill_wordings(drill).values())
        prompts = [text for p in drill.prompts for text in (p.text, p.tell) if text]
        for text in (drill.title, drill.instructions, *prompts, *drill.hints, *feedback):
            yield name, text
    for name, plan in script.plans.items():
        for text in (plan.title, *(each.title for each in plan.rounds)):
            yield name, text


def drill_wordings(drill: Drill) -> dict[str, tuple[str, ...]]:
    """All that a drill's file says after a reply, by key."""
    found = dict(drill.phrases)
    for step in drill.steps:
        if step.ask:
            found[f"{step.name} ask"] = step.ask
        for point in step.points:
            found[f"{step.name} {point.name} heard"] = point.heard
            found[f"{step.name} {point.name} missing"] = point.missing
            if point.instead:
                found[f"{step.name} {point.name} instead"] = point.instead
    return found


def without_slots(text: str) -> str:
    """The text with each slot filled by a plain word."""
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    return text.format(**dict.fromkeys(names, "word"))


# --- what ships ---------------------------------------------------------------------------------


def test_bank_covers_every_family_principle_level_and_type(script: Script) -> None:
    assert len(script.questions) >= 140
    assert set(script.families) >= TOPICS
    assert {q.family for q in script.questions} == set(script.families)
    assert {p for q in script.questions for p in q.principles} == set(PRINCIPLES)
    assert {level for q in script.questions for level in q.levels} == set(LEVELS)
    assert {q.type for q in script.questions} == set(QUESTION_TYPES)
    assert {p for q in script.questions for p in q.probes} == set(PROBES)


def test_each_principle_has_a_family_of_its_own(script: Script) -> None:
    titles = set(script.families.values())
    assert {f"principle: {name}" for name in PRINCIPLES} <= titles


def test_each_principle_can_be_practised_for_a_week(script: Script) -> None:
    for principle in PRINCIPLES:
        families = {f for f, title in script.families.items() if title.endswith(f": {principle}")}
        own = [q for q in script.questions if q.family in families]
        assert len(own) >= 4, principle
        assert all(principle in q.principles for q in own), principle
        assert len({level for q in own for level in q.levels}) >= 3, principle


FIGURES = frozenset(
    """two three four five six seven eight nine ten eleven twelve eighteen nineteen twenty thirty
    forty fifty hundred thousand million half third fifth tenth
    percent""".split()  # noqa: SIM905 - easier to read without thirty quotes
)


def test_many_cases_come_with_figures(script: Script) -> None:
    kinds = {
        *("data_story", "counterfactual_followup", "metric_choice", "argue_against_metric"),
        "voice_product",
    }
    cases = [
        q
        for q in script.questions
        if q.type in kinds and FIGURES & set(re.findall(r"[a-z]+", q.context))
    ]
    assert len(cases) >= 24, len(cases)


def test_hints_and_points_are_a_questions_own(script: Script) -> None:
    hints = [hint for question in script.questions for hint in question.hints]
    assert len(hints) == len(set(hints))
    for question in script.questions:
        assert 2 <= len(question.facets) <= 3, question.id
        assert 3 <= len(question.strong_answer) <= 6, question.id


def test_questions_can_be_taken_in_at_one_hearing(script: Script) -> None:
    for question in script.questions:
        assert len(f"{question.context} {question.text}".split()) >= 10, question.id
        assert len(question.text.split()) <= 40, question.id
        assert len(question.context.split()) <= 45, question.id
        assert question.text[-1] in ".?", question.id
        assert all(hint[-1] in ".?" and len(hint.split()) <= 30 for hint in question.hints)
        assert question.text.count("?") + question.text.count(".") <= 3, question.id


def test_an_answer_can_be_asked_further(script: Script) -> None:
    most = max(each.probes_each for plan in script.plans.values() for each in plan.rounds)
    most += max(style.more_probes for style in script.styles.values())
    assert all(len(question.probes) >= most for question in script.questions)


def test_nothing_is_said_twice_in_the_bank(script: Script) -> None:
    texts = [question.text for question in script.questions]
    assert len(texts) == len(set(texts))


def test_nothing_would_be_misread_aloud(script: Script) -> None:
    misread = {
        (where, found)
        for where, text in spoken_texts(script)
        for found in find_misreadings(without_slots(text))
    }
    assert not misread


@pytest.mark.parametrize(
    "text",
    [
        "It rose by 8%.",
        "Costs $5 more",
        "two (or three)",
        "e.g. a test",
        "Mm-hm.",
        "the PRFAQ",
        "Go!!",
    ],
)
def test_misreadings_are_found(text: str) -> None:
    assert find_misreadings(text)


@pytest.mark.parametrize("name", ["general-loop", "voice-loop"])
def test_a_loop_is_held_by_people(script: Script, name: str) -> None:
    plan = script.plans[name]
    assert plan.rounds[0].persona == "recruiter"
    assert plan.rounds[-1].persona == "hiring-manager"
    assert plan.rounds[-1].questions[0] == ("failure",), "a hiring manager asks for a failure"
    assert {"bar-raiser", "execution", "strategy"} <= {each.persona for each in plan.rounds}
    assert all(len(each.questions) * 10 <= each.minutes for each in plan.rounds[1:])


def test_personas_are_not_alike(script: Script) -> None:
    for persona in script.personas.values():
        for sentence in persona.introduction:
            assert sentence[-1] == "."
            assert not re.search(r"[.?!] ", sentence), "one sentence"
            assert 8 <= len(sentence.split()) <= 27, sentence
        leads = persona.phrases["probe_lead"]
        assert all(len(text.split()) <= 4 for text in leads), persona.name
    favoured = [persona.favours for persona in script.personas.values()]
    assert len(set(favoured)) == len(favoured)
    assert len({persona.style for persona in script.personas.values()}) == len(script.styles)


def test_styles_have_words_of_their_own_for_every_probe(script: Script) -> None:
    own = set(script.styles) - {NEUTRAL}
    for name, probe in script.probes.items():
        assert set(probe.styles) == own, name
        for style, put in probe.styles.items():
            assert len(put.plain) >= 2, (name, style)
            assert len(put.case) >= 2, (name, style)
            assert put.sharper, (name, style)
            assert len(put.quoting) >= 2 or not probe.quoting, (name, style)


def test_wordings_are_short_and_varied(script: Script) -> None:
    for key, wordings in script.phrases.items():
        assert len(wordings) >= 3, key
        assert all(len(text.split()) <= 30 for text in wordings), key
    for drill in script.drills.values():
        assert len(drill.prompts) >= 8
        assert len(drill.hints) >= 2
        assert all(len(prompt.text.split()) <= 40 for prompt in drill.prompts), drill.name
        assert all(len(prompt.tell.split()) <= 30 for prompt in drill.prompts), drill.name
        for key, wordings in drill_wordings(drill).items():
            assert len(wordings) >= 3, f"{drill.name} {key}"
            assert all(len(text.split()) <= 30 for text in wordings), key
    assert all(len(text.format(title="x y").split()) <= 12 for text in script.phrases["greeting"])
    assert all(len(text.split()) <= 3 for text in script.phrases["probe_lead"])


def test_the_points_of_a_drill_can_be_heard_as_a_list(script: Script) -> None:
    points = [
        text
        for drill in script.drills.values()
        for key, wordings in drill_wordings(drill).items()
        if key.startswith("point_") or key.endswith(" heard")
        for text in wordings
    ]
    assert len(points) > 80
    assert not [text for text in points if "," in text or " and " in text]


def test_feedback_asks_nothing_that_nobody_waits_for(script: Script) -> None:
    for drill in script.drills.values():
        asked = ("again", "ask")
        feedback = {k: w for k, w in drill_wordings(drill).items() if not k.endswith(asked)}
        assert not [text for wordings in feedback.values() for text in wordings if "?" in text]


def test_slots_are_filled_by_what_the_dialogue_gives(script: Script) -> None:
    """Formatting with just the promised slots works, and uses each of them."""
    tables = [(script.phrases, PHRASES)]
    tables += [(script.drills[name].phrases, slots) for name, slots in DRILL_PHRASES.items()]
    for phrases, promised in tables:
        for key, wordings in phrases.items():
            slots = {name: f"<{name}>" for name in promised[key]}
            for text in wordings:
                assert all(mark in text.format(**slots) for mark in slots.values()), text


@pytest.mark.parametrize("name", PROBES)
def test_probes_ask_one_short_question(script: Script, name: str) -> None:
    probe = script.probes[name]
    claim = "checkout completion fell three percent"
    assert len(probe.plain) >= 3
    assert len(probe.case) >= 3
    assert len(probe.sharper) >= 2
    assert len(probe.quoting) >= 3 or name in ("shorten", "structure")
    assert probe.resolves in ("", *FACETS)
    for put in (probe, *probe.styles.values()):
        for text in (*put.quoting, *put.plain, *put.sharper, *put.case):
            assert text.count("?") == 1, text
            assert text.endswith("?"), text
            assert len(text.format(claim=claim).split()) <= 20, text
        for text in put.quoting:
            assert not text.startswith("{"), "a claim begins with a small letter"


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_can_be_heard_by_the_starter_model(script: Script, name: str) -> None:
    words = (resources.models_dir() / "starter-en" / "graph" / "words.txt").read_text("utf-8")
    known = {line.split()[0] for line in words.splitlines()}
    assert len(script.commands[name]) >= 8
    for phrase in script.commands[name]:
        assert set(phrase.split()) <= known, phrase


def test_every_drill_can_be_asked_for_by_voice(script: Script) -> None:
    words = (resources.models_dir() / "starter-en" / "graph" / "words.txt").read_text("utf-8")
    known = {line.split()[0] for line in words.splitlines()}
    calls = drill_calls(script.drills)
    matcher = CommandMatcher({**script.commands, **calls})
    for command, phrases in calls.items():
        for phrase in phrases:
            assert set(phrase.split()) <= known, phrase
            assert matcher.match(f"coach {phrase}") == command


def test_each_command_phrase_is_heard_as_its_own_command(script: Script) -> None:
    matcher = CommandMatcher(script.commands)
    taken_for = {
        (phrase, matcher.match(phrase, asked=True))
        for name, phrases in script.commands.items()
        for phrase in phrases
        if matcher.match(phrase, asked=True) != name
    }
    assert not taken_for


# --- a coach's own questions --------------------------------------------------------------------


def test_own_questions_are_asked_like_the_others(voicecoach_home: Path) -> None:
    own = voicecoach_home / "questions"
    own.mkdir(parents=True)
    shutil.copy(DATA / "good.yaml", own)
    script = load_script()
    mine = [q for q in script.questions if q.family == "hardware"]
    assert [q.id for q in mine] == ["battery-that-swelled"]
    assert mine[0].is_case
    assert script.families["hardware"] == "hardware launches"


def test_an_own_question_takes_the_place_of_the_one_with_its_id(voicecoach_home: Path) -> None:
    before = load_script(resources.prompts_dir()).questions
    own = voicecoach_home / "questions"
    own.mkdir(parents=True)
    text = (DATA / "good.yaml").read_text("utf-8")
    (own / "mine.yaml").write_text(text.replace("battery-that-swelled", "music-button"), "utf-8")
    after = load_script().questions
    assert [q.id for q in after] == [q.id for q in before], "and stands where that one stood"
    assert next(q for q in after if q.id == "music-button").family == "hardware"


def test_two_own_questions_cannot_share_an_id(voicecoach_home: Path) -> None:
    own = voicecoach_home / "questions"
    own.mkdir(parents=True)
    for name in ("mine.yaml", "yours.yaml"):
        shutil.copy(DATA / "good.yaml", own / name)
    with pytest.raises(
        ContentError, match=r"yours\.yaml.*'battery-that-swelled' is also in .*mine"
    ):
        load_script()


def test_all_mistakes_of_a_file_are_found_in_one_go(tmp_path: Path) -> None:
    text = (DATA / "good.yaml").read_text("utf-8")
    for words, instead in (
        ("family: hardware", "family: Hard Ware"),
        ("levels: [L5, L6]", "levels: [L5, L9, L0]"),
        ("    target_s: 120\n", ""),
        ("facets: [decision, customer]", "facets: [decison, customer]"),
        ("probes: [sensitivity, tradeoff, decision]", "probes: [sensitivty, tradeof, decision]"),
        ("      concrete:", "      precise:"),
    ):
        assert words in text
        text = text.replace(words, instead)
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        load_questions(path)
    errors = [caught.value, *caught.value.also]
    said = "\n".join(str(error) for error in errors)
    assert len(errors) == 9, said
    for part in (
        "line 2, family: 'Hard Ware'",
        "levels[2]: 'L9'",
        "levels[3]: 'L0'",
        "missing key target_s",
        "Perhaps 'decision' is meant",
        "Perhaps 'sensitivity' is meant",
        "Perhaps 'tradeoff' is meant",
        "unknown key 'precise'",
        "missing key concrete",
    ):
        assert part in said


# --- broken files -------------------------------------------------------------------------------

FAULTS = {
    # file: code, line (0: of the whole file), words of the message, words of the remedy
    "bad-id": ("bad_value", 4, "'A Question'", "small letters, digits and hyphens"),
    "bad-level": ("bad_value", 5, "'L9'", "L4, L5, L6, L7"),
    "bad-type": ("bad_value", 6, "'data-stories'", "'data_story'"),
    "colon-in-text": ("not_yaml", 7, "not YAML", "a colon needs quotes"),
    "control-character": ("not_yaml", 7, "control character", "Look at"),
    "cut-short": ("not_yaml", 5, "not YAML", "Look at"),
    "empty": ("empty", 0, "is empty", "Write something"),
    "forgotten-slot": ("wrong_slot", 7, "{claim}", "Write it out"),
    "id-twice": ("duplicate_id", 13, "'a-question'", "the first is on line 4"),
    "key-twice": ("duplicate_key", 9, "'target_s'", "the first is on line 8"),
    "latin-1": ("not_utf8", 7, "UTF-8", "Save it"),
    "list-at-top": ("wrong_type", 1, "a list", "key: value"),
    "list-for-text": ("wrong_type", 7, "questions[1].text", "one text or number"),
    "missing-key": ("missing_key", 4, "facets", "Add facets"),
    "no-questions": ("bad_value", 3, "at least 1", "Add 1"),
    "nothing-said": ("missing_value", 7, "empty", "Write a text"),
    "number-too-large": ("bad_value", 8, "6000", "from 20 to 600"),
    "only-a-remark": ("empty", 0, "is empty", "Write something"),
    "open-brace": ("wrong_slot", 7, "brace", "{name}"),
    "same-point-twice": ("duplicate_value", 12, "'two'", "Keep one"),
    "tab": ("not_yaml", 6, "not YAML", "spaces, not tabs"),
    "tag": ("bad_value", 7, "os.system", "Take out"),
    "text-for-list": ("wrong_type", 5, "a list", "after a hyphen"),
    "too-few-points": ("bad_value", 12, "2 given", "Add 1"),
    "two-documents": ("not_yaml", 13, "second document", "---"),
    "unknown-key": ("unknown_key", 5, "'level'", "'levels'"),
    "words-for-number": ("bad_value", 8, "'two minutes'", "digits"),
}


def test_every_broken_file_is_tried() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(FAULTS)


@pytest.fixture(params=["libyaml", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: not every installation has the quick one."""
    if request.param == "python":
        monkeypatch.setattr(yamlfile, "_Loader", yamlfile._PythonLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML without libyaml")
    return str(request.param)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("name", FAULTS)
def test_broken_file_names_place_and_remedy(name: str) -> None:
    code, line, what, remedy = FAULTS[name]
    path = BROKEN / f"{name}.yaml"
    with pytest.raises(ContentError) as caught:
        load_questions(path)
    error = caught.value
    assert error.code == f"content.{code}"
    place = f"{path}, line {line}" if line else str(path)
    assert error.message.startswith(place)
    assert what in error.message
    assert remedy in error.remedy
    assert "\n" not in str(error)


@pytest.mark.usefixtures("loader")
def test_the_same_file_mended_is_fine() -> None:
    family, title, questions = load_questions(DATA / "good.yaml")
    assert (family, title, len(questions)) == ("hardware", "hardware launches", 1)
    assert questions[0].target_s == 120.0


def test_missing_file_and_folder_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"There is no file .*nowhere\.yaml"):
        read_yaml(tmp_path / "nowhere.yaml")
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path)
    with pytest.raises(ContentError, match="no questions"):
        load_script(tmp_path)


OTHER_FAULTS: list[tuple[str, str, str, str, str]] = [
    # file, words, what stands there instead, words of the message, words of the remedy
    ("plans.yaml", "[data-stories, ", "[data-storys, ", "'data-storys'", "'data-stories'"),
    ("plans.yaml", "probes_each: 2", "probes_each: many", "'many' is not a whole number", "digits"),
    ("plans.yaml", "minutes: 6", "minute: 6", "unknown key 'minute'", "'minutes'"),
    ("probes.yaml", "confounders:", "confounder:", "'confounder'", "'confounders'"),
    ("probes.yaml", "resolves: isolation", "resolves: isolated", "'isolated'", "'isolation'"),
    ("probes.yaml", "You said {claim}. Who", "You said so. Who", "slots are none", "{claim}"),
    ("probes.yaml", "- Compared with what?", "- Not {claim}?", "slots are {claim}", "no {slot}"),
    ("phrases.yaml", "{minutes} left", "{minute} left", "slots are {minute}", "{minutes}"),
    ("phrases.yaml", "goodbye_stopped:", "goodbye_stop:", "'goodbye_stop'", "'goodbye_stopped'"),
    ("phrases.yaml", "- Take your time.", "- [Take, time]", "is a list", "one text"),
    ("commands.yaml", "- skip it", "- Skip it!", "'Skip it!'", "small letters"),
    (
        "commands.yaml",
        "- skip it",
        "- stop here",
        "'stop here' is there twice",
        "the first is on line",
    ),
    ("plans.yaml", "persona: recruiter", "persona: recruter", "'recruter'", "'recruiter'"),
    ("personas.yaml", "style: warm", "style: hot", "'hot'", "warm"),
    ("personas.yaml", "favours: [shorten", "favours: [shorter", "'shorter'", "'shorten'"),
    ("personas.yaml", "introduction:", "introduce:", "'introduce'", "'introduction'"),
    ("styles.yaml", "insists: rarely", "insists: hardly", "'hardly'", "rarely"),
    ("styles.yaml", "patience: 0.75", "patience: 0.1", "out of range", "from 0.5 to 2"),
    ("styles.yaml", "neutral:", "usual:", "no style 'neutral'", "Add it"),
    ("styles.yaml", "your {title}, and", "your plan, and", "slots are none", "{title}"),
    ("probes.yaml", "    warm:", "    worm:", "'worm'", "'warm'"),
    ("study.yaml", "percent: 40", "percent: 45", "add up to 105 percent", "a hundred"),
    ("study.yaml", "[resume, ", "[resum, ", "'resum'", "'resume'"),
    (
        "drills/counterfactual.yaml",
        "open: {name}. Say",
        "open: {names}. Say",
        "slots are {names}",
        "{name}",
    ),
    ("drills/counterfactual.yaml", "rounds: 5", "rounds: 0", "out of range", "from 1 to 20"),
    ("drills/opening.yaml", "  time_up:", "  time_out:", "'time_out'", "'time_up'"),
    ("drills/so-what.yaml", "      worth:", "      wort:", "'wort'", "'worth'"),
    ("drills/so-what.yaml", "steps:", "step:", "'step'", "'steps'"),
    (
        "drills/so-what.yaml",
        "          - what it cost\n",
        "          - what {it} cost\n",
        "{it}",
        "no",
    ),
    ("drills/prfaq.yaml", "    ask:\n", "    asks:\n", "'asks'", "'ask'"),
    ("drills/prfaq.yaml", "scored_as: prfaq", "scored_as: release", "'release'", "prfaq"),
    ("drills/prfaq.yaml", "I heard {instead}", "I heard that", "slots are none", "{instead}"),
    ("drills/rapid-fire.yaml", "key: vanity", "key: vane", "'vane'", "vanity"),
    ("drills/rapid-fire.yaml", "- text: Daily", "- text: '{a} Daily", "not YAML", "quotes"),
    ("drills/principle-match.yaml", "key: Frugality", "key: Thrift", "'Thrift'", "Frugality"),
    ("drills/principle-match.yaml", ", key: Frugality", "", "missing key key", "Add key"),
    ("drills/reframe.yaml", "called: [product", "called: [Product", "'Product", "small letters"),
]


@pytest.mark.parametrize(("file", "words", "instead", "what", "remedy"), OTHER_FAULTS)
def test_a_slip_in_any_file_is_found(
    tmp_path: Path, file: str, words: str, instead: str, what: str, remedy: str
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(resources.prompts_dir(), prompts)
    path = prompts / file
    text = path.read_text("utf-8")
    assert words in text
    path.write_text(text.replace(words, instead, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        load_script(prompts)
    assert caught.value.message.startswith(f"{path}, line ")
    assert what in caught.value.message
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "file",
    ["plans", "personas", "styles", "study", "probes", "phrases", "commands", "drills/opening"],
)
def test_a_file_that_is_gone_is_named(tmp_path: Path, file: str) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(resources.prompts_dir(), prompts)
    (prompts / f"{file}.yaml").unlink()
    with pytest.raises(ContentError, match=rf"There is no file .*{file}\.yaml"):
        load_script(prompts)


# --- the reader itself --------------------------------------------------------------------------


def node(tmp_path: Path, text: str) -> yamlfile.Node:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    return read_yaml(path)


@pytest.mark.usefixtures("loader")
def test_scalars_are_taken_as_written(tmp_path: Path) -> None:
    values = node(tmp_path, "no: yes\nat: 1:30\nsince: 2024-01-01\nnorm: 08\n").entries()
    written = {key: value.text() for key, value in values.items()}
    assert written == {"no": "yes", "at": "1:30", "since": "2024-01-01", "norm": "08"}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("method", "written"),
    [("integer", "1.5"), ("number", ".nan"), ("number", "a"), ("text", "~")],
)
def test_values_of_another_kind_are_refused(tmp_path: Path, method: str, written: str) -> None:
    read: Any = getattr(node(tmp_path, f"{written}\n"), method)
    with pytest.raises(ContentError, match="line 1: "):
        read()


def test_a_list_without_an_end_is_no_crash(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"not YAML|too deeply"):
        node(tmp_path, "[" * 3000)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\n")
    assert read_yaml(path).entries()["a"].text() == "b"
