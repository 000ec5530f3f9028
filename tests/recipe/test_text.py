"""The recipe's text: numbers as words, templates, pronunciations, and what is written."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

pytest.importorskip("pocketsphinx", reason="the recipe's lexicon is the one of pocketsphinx")

from models.recipe.grammar import load_grammar
from models.recipe.lexicon import FILLERS, UNKNOWN, load_lexicon
from models.recipe.phones import BASE_PHONES
from models.recipe.spoken import RANDOM_NUMBERS, cardinal, sentences
from models.recipe.text import (
    ROOT,
    TEMPLATES,
    TextSettings,
    bank,
    commands,
    hesitate,
    words_of,
    write_text,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("text")
    write_text(folder, TextSettings())
    return folder


def _train_lines(folder: Path) -> list[list[str]]:
    lines = (folder / "train.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1].split() for line in lines]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It fell 3.2%", "it fell three point two percent"),
        ("$1.5 million in 2019", "one point five million dollars in twenty nineteen"),
        ("on the 21st of May", "on the twenty first of may"),
        ("12,400 orders", "twelve thousand four hundred orders"),
        ("within 300 ms", "within three hundred milliseconds"),
        ("[0.8] Ninety-five & more", "ninety five and more"),
        ("since 2005", "since two thousand five"),
        ("an A/B test", "an a b test"),
    ],
)
def test_figures_are_spoken(text: str, spoken: str) -> None:
    assert [" ".join(words) for words in sentences(text)] == [spoken]


def test_a_text_is_cut_into_its_sentences() -> None:
    assert list(sentences("We waited. Why? It was late.")) == [
        ["we", "waited"],
        ["why"],
        ["it", "was", "late"],
    ]


def test_and_stands_before_the_last_two_digits_only() -> None:
    assert cardinal(1_205_017, conjunction=True) == (
        "one million two hundred and five thousand and seventeen"
    )


def test_pronunciations_use_the_phones_of_the_model() -> None:
    lexicon = load_lexicon()
    phones = {phone for ways in lexicon.values() for way in ways for phone in way}
    assert phones <= set(BASE_PHONES)
    assert lexicon[UNKNOWN] == (("SPN",),)
    assert lexicon["uh"] == (("AH", "AH"),)
    assert lexicon["guardrails"] == (("G", "AA", "R", "D", "R", "EY", "L", "Z"),)


def test_every_word_of_the_templates_can_be_said() -> None:
    grammar = load_grammar(TEMPLATES)
    lexicon = load_lexicon()
    assert {word for words in words_of(grammar) for word in words} <= lexicon.keys()
    assert len(grammar.patterns) >= 250
    rng = random.Random(4)
    for name, draw in RANDOM_NUMBERS.items():
        for _ in range(300):
            assert set(draw(rng).split()) <= lexicon.keys(), name


def test_a_pattern_with_an_unknown_slot_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("patterns: ['we saw {nothing}']", encoding="utf-8")
    with pytest.raises(ValueError, match="nothing"):
        load_grammar(tmp_path)


def test_a_slot_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "patterns: ['{round}']\nslots: {round: ['and {round}']}", encoding="utf-8"
    )
    with pytest.raises(ValueError, match="itself"):
        load_grammar(tmp_path).sentence(random.Random(1))


def test_hesitation_only_adds() -> None:
    words = ["so", "we", "moved", "the", "launch", "because", "the", "data", "was", "late"]
    rng = random.Random(2)
    for _ in range(50):
        said = iter(hesitate(words, rng))
        assert all(word in said for word in words)  # in the same order
    assert set(hesitate(words, random.Random(2))) & set(FILLERS)


def test_what_is_spoken_has_the_size_and_the_mix_that_were_asked_for(written: Path) -> None:
    lines = _train_lines(written)
    lexicon = load_lexicon()
    assert len(lines) == 22_000
    assert all(1 <= len(words) <= 25 for words in lines)
    assert 8 <= sum(map(len, lines)) / len(lines) <= 11
    assert {word for words in lines for word in words} <= lexicon.keys()
    hesitant = sum(bool(set(words) & {"um", "uh", "er"}) for words in lines)
    assert 0.2 <= hesitant / len(lines) <= 0.4


def test_every_pair_of_sounds_within_words_is_spoken(written: Path) -> None:
    lexicon = load_lexicon()
    spoken: set[tuple[str, str]] = set()
    for words in _train_lines(written):
        phones = ["SIL", *(phone for word in words for phone in lexicon[word][0])]
        spoken.update(pairwise(phones))
    vocabulary = (written / "vocabulary.txt").read_text(encoding="utf-8").split()
    ways = [lexicon[word][0] for word in vocabulary]
    assert {pair for way in ways for pair in pairwise(way)} <= spoken


def test_the_model_knows_what_candidates_and_commands_say(written: Path) -> None:
    vocabulary = set((written / "vocabulary.txt").read_text(encoding="utf-8").split())
    sentences_ = set((written / "sentences.txt").read_text(encoding="utf-8").splitlines())
    assert 8_000 <= len(vocabulary) <= 12_000
    assert {" ".join(words) for words in commands()} <= sentences_
    assert {word for words in [*bank(), *commands()] for word in words} <= vocabulary
    assert len(bank()) > 1_500


def test_held_out_answers_are_not_learnt(written: Path) -> None:
    path = ROOT / "tests" / "data" / "heldout" / "answers.yaml"
    answers = yaml.safe_load(path.read_text(encoding="utf-8"))
    held_out = {" ".join(words) for answer in answers for words in sentences(answer["text"])}
    held_out = {sentence for sentence in held_out if len(sentence.split()) > 6}
    spoken = {" ".join(words) for words in _train_lines(written)}
    learnt = set((written / "sentences.txt").read_text(encoding="utf-8").splitlines())
    assert held_out
    assert not held_out & (spoken | learnt)


def test_the_same_seed_writes_the_same_text(tmp_path: Path) -> None:
    settings = TextSettings(train_lines=300, template_lines=200, vocabulary=9_000)
    for name in ("first", "second"):
        write_text(tmp_path / name, settings)
    for name in ("train.tsv", "sentences.txt", "vocabulary.txt"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_the_small_recipe_has_few_words(tmp_path: Path) -> None:
    write_text(tmp_path, TextSettings(words="commands"))
    vocabulary = set((tmp_path / "vocabulary.txt").read_text(encoding="utf-8").split())
    lines = _train_lines(tmp_path)
    assert 25 <= len(vocabulary) <= 40
    assert len(lines) == 400
    assert {word for words in lines for word in words} <= vocabulary
