"""The decoding graph: every word in every context, and real Vosk on a planted network."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import exp, inf, isinf, log
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the recipe's libraries are not installed")
pytest.importorskip("kaldi_native_fbank", reason="the recipe's libraries are not installed")
from tests.recipe.needs import OPENFST

if not OPENFST:
    pytest.skip("OpenFst for Python (pynini) is not installed", allow_module_level=True)

import vosk

from models.recipe.export import MFCC_CONF, MODEL_CONF
from models.recipe.graph import GraphSettings, write_graph
from models.recipe.lookahead import LookAheadMissingError, find_library
from models.recipe.nnet3 import write_acoustic_model
from models.recipe.phones import PHONES, SILENCE, base_of, in_positions
from models.recipe.transitions import (
    entering,
    mark_id,
    state_of,
    staying,
    transition_count,
    transition_state,
)
from tests.recipe.fst_reader import Arc, Graph, read_fst
from tests.recipe.planted import LEXICON, RATE_HZ, WORDS, network, pairs_of, speak

if find_library() is None:
    pytest.skip("libfst-tools is not installed", allow_module_level=True)

SENTENCES = (
    ("see", "eat", "a", "nest"),
    ("yes", "no"),
    ("stay", "see"),
    ("[unk]", "tease", "[unk]"),
    ("a",),
    ("no", "no", "eat"),
)


def trigrams() -> list[dict[tuple[str, ...], tuple[float, float]]]:
    """Return a small model of three orders, every history's probabilities summing to one.

    After "yes" mostly "no", never "know"; after "<s> i" nothing is known; "see" beats "sea".
    """
    unigrams: dict[tuple[str, ...], tuple[float, float]] = {
        (word,): (log(0.9 / len(WORDS)), 0.0) for word in WORDS
    }
    unigrams["</s>",] = (log(0.1), 0.0)
    unigrams["<s>",] = (-inf, 0.0)
    model = [unigrams, {}, {}]
    _add(model, ("yes",), {"no": 0.6, "</s>": 0.2})
    _add(model, ("<s>",), {"yes": 0.3, "see": 0.3})
    _add(model, ("no",), {"see": 0.5, "</s>": 0.3})
    _add(model, ("yes", "no"), {"see": 0.7})
    _add(model, ("<s>", "yes"), {"</s>": 0.9})
    return model


Model = list[dict[tuple[str, ...], tuple[float, float]]]


def _add(model: Model, history: tuple[str, ...], chances: Mapping[str, float]) -> None:
    """Give a history its own probabilities; the rest goes to shorter histories."""
    for word, chance in chances.items():
        ngram = (*history, word)
        model[len(history)][ngram] = (log(chance), 0.0)
    covered = sum(exp(log_probability(model, history[1:], word)) for word in chances)
    weight = log((1 - sum(chances.values())) / (1 - covered))
    level = model[len(history) - 1]
    level[history] = (level.get(history, (-inf, 0.0))[0], weight)


def log_probability(model: Model, history: tuple[str, ...], word: str) -> float:
    """Return what a back-off model says, by its definition."""
    found = model[len(history)].get((*history, word)) if len(history) < len(model) else None
    if found:
        return found[0]
    weight = model[len(history) - 1].get(history, (-inf, 0.0))[1] if history else 0.0
    return weight + log_probability(model, history[1:], word)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model that hears tones."""
    folder = tmp_path_factory.mktemp("model")
    write_graph(folder / "graph", WORDS, LEXICON, trigrams())
    spoken = [phone for sentence in SENTENCES for phone in [*said(sentence), SILENCE]]
    write_acoustic_model(folder / "am" / "final.mdl", network(pairs_of(spoken)), 40)
    (folder / "conf").mkdir()
    (folder / "conf" / "mfcc.conf").write_text(MFCC_CONF)
    (folder / "conf" / "model.conf").write_text(MODEL_CONF)
    return folder


def said(sentence: Sequence[str]) -> list[str]:
    """Return the phones of a sentence, without a pause."""
    return [phone for word in sentence for phone in LEXICON[word][0]]


def numbers(folder: Path) -> dict[str, int]:
    """Return the numbers of the words."""
    rows = (line.split() for line in (folder / "graph/words.txt").read_text().splitlines())
    return {word: int(number) for word, number in rows}


# Words to transition ids


def entered(graph: Graph, sentence: Sequence[str], folder: Path, pauses: bool) -> set[int]:
    """Return where a sentence leads, by the ids that its phones ask for, each held for a while."""
    silence = PHONES.index(SILENCE)
    phones = [
        phone
        for word in sentence
        for phone in [*in_positions(LEXICON[word][0]), *([silence] if pauses else [])]
    ]
    states = [
        transition_state(phone, base_of(before)) for before, phone in pairwise([silence, *phones])
    ]
    words = tuple(numbers(folder)[word] for word in sentence)
    places: set[tuple[int, tuple[int, ...]]] = _free(graph, {(graph.start, ())}, words)
    for state in states:
        places = _free(graph, _step(graph, places, entering(state), words), words)
        places = _step(graph, places, staying(state), words)
        places = _free(graph, places, words)
    return {place for place, heard in places if heard == words and not isinf(graph.final[place])}


def _step(
    graph: Graph,
    places: set[tuple[int, tuple[int, ...]]],
    label: int,
    words: tuple[int, ...],
) -> set[tuple[int, tuple[int, ...]]]:
    """Return where arcs with a label lead, with the words that were put out on the way."""
    found = set()
    for place, heard in places:
        for arc in graph.arcs[place]:
            now = (*heard, arc.output) if arc.output else heard
            if arc.input == label and now == words[: len(now)]:
                found.add((arc.target, now))
    return found


def _free(
    graph: Graph, places: set[tuple[int, tuple[int, ...]]], words: tuple[int, ...]
) -> set[tuple[int, tuple[int, ...]]]:
    """Add where one gets without a sound: by epsilon and by marks."""
    free = {
        0,
        *(arc.input for arcs in graph.arcs for arc in arcs if arc.input > transition_count()),
    }
    while True:
        more = places.union(*(_step(graph, places, label, words) for label in free))
        if more == places:
            return places
        places = more


@pytest.mark.parametrize("pauses", [False, True], ids=["in one breath", "with pauses"])
@pytest.mark.parametrize("sentence", [*SENTENCES, ("know", "sea"), ("sea", "see")], ids=" ".join)
def test_every_sentence_has_a_path_with_its_phones_in_context(
    folder: Path, sentence: Sequence[str], pauses: bool
) -> None:
    graph = read_fst(folder / "graph/HCLr.fst")
    assert entered(graph, sentence, folder, pauses)


def test_a_second_pronunciation_counts_too(folder: Path) -> None:
    graph = read_fst(folder / "graph/HCLr.fst")
    word = numbers(folder)["a"]
    for (phone,) in LEXICON["a"]:
        label = entering(transition_state(in_positions([phone])[0], base_of(1)))
        places = _free(graph, {(graph.start, ())}, (word,))
        assert any(
            heard for _, heard in _free(graph, _step(graph, places, label, (word,)), (word,))
        )


def wander(graph: Graph, rng: random.Random) -> Iterator[Arc]:
    """Yield the arcs of a random path, until it may end or has become long."""
    place = graph.start
    for _ in range(200):
        arc = rng.choice(graph.arcs[place])
        yield arc
        place = arc.target
        if not isinf(graph.final[place]) and rng.random() < 0.2:
            return


def test_random_paths_are_well_formed(folder: Path) -> None:
    graph = read_fst(folder / "graph/HCLr.fst")
    spelt = {
        (numbers(folder)[word], tuple(in_positions(phones)))
        for word, all_phones in LEXICON.items()
        for phones in all_phones
    }
    rng = random.Random(7)
    checked = 0
    for _ in range(300):
        current, before, phones, words = 0, base_of(1), [], []
        for arc in wander(graph, rng):
            words += [arc.output] if arc.output else []
            if arc.input == 0 or arc.input > transition_count():
                continue
            if arc.input % 2:  # stays: only where it is, and only after it has entered
                assert arc.input == staying(current)
                continue
            phone = state_of(arc.input).phone
            current = transition_state(phone, before)
            assert arc.input == entering(current)
            before = base_of(phone)
            if PHONES[phone] != SILENCE:
                phones.append(phone)
        for word in words[:-1]:  # the last may not be complete
            length = next(
                n for n in range(1, len(phones) + 1) if (word, tuple(phones[:n])) in spelt
            )
            phones = phones[length:]
            checked += 1
    assert checked > 500


def test_words_share_their_beginnings_and_ends(folder: Path) -> None:
    """The graph is deterministic but for marks: no state has two ways in for one sound."""
    graph = read_fst(folder / "graph/HCLr.fst")
    for arcs in graph.arcs:
        sounds = [arc.input for arc in arcs if arc.input]
        assert len(sounds) == len(set(sounds))


# The language model


def test_probabilities_out_of_every_history_sum_to_one(folder: Path) -> None:
    graph = read_fst(folder / "graph/Gr.fst")
    known = {number: word for word, number in numbers(folder).items()}
    assert len(graph.arcs) == 6  # none, three of one word, two of two words
    for state in range(len(graph.arcs)):
        chances: dict[str, float] = {}
        place, weight = state, 0.0
        while True:
            if not isinf(graph.final[place]):
                chances.setdefault("</s>", exp(-graph.final[place] - weight))
            back = None
            for arc in graph.arcs[place]:
                if arc.input == 0:
                    back = arc
                else:
                    chances.setdefault(known[arc.input], exp(-arc.cost - weight))
            if back is None:
                break
            place, weight = back.target, weight + back.cost
        assert set(chances) == {*WORDS, "</s>"}
        assert sum(chances.values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("sentence", [*SENTENCES, ("yes", "no", "see"), ("yes",)], ids=" ".join)
def test_a_sentence_costs_what_the_model_says(folder: Path, sentence: Sequence[str]) -> None:
    graph, model = read_fst(folder / "graph/Gr.fst"), trigrams()
    told: tuple[str, ...] = ("<s>",)
    wanted = 0.0
    for word in [*sentence, "</s>"]:
        wanted -= log_probability(model, told[-2:], word)
        told = (*told, word)
    place, cost = graph.start, 0.0
    for number in [numbers(folder)[word] for word in sentence]:
        while not (arcs := [arc for arc in graph.arcs[place] if arc.input == number]):
            (back,) = (arc for arc in graph.arcs[place] if arc.input == 0)
            place, cost = back.target, cost + back.cost
        place, cost = arcs[0].target, cost + arcs[0].cost
    while isinf(graph.final[place]):
        (back,) = (arc for arc in graph.arcs[place] if arc.input == 0)
        place, cost = back.target, cost + back.cost
    assert cost + graph.final[place] == pytest.approx(wanted, abs=1e-4)


# Lists


def test_the_lists_agree_with_the_graphs(folder: Path) -> None:
    graph = read_fst(folder / "graph/HCLr.fst")
    marks = {arc.input for arcs in graph.arcs for arc in arcs if arc.input > transition_count()}
    listed = (folder / "graph/disambig_tid.int").read_text().split()
    assert marks == set(map(int, listed)) == {mark_id(1), mark_id(2)}
    boundaries = (folder / "graph/phones/word_boundary.int").read_text().splitlines()
    assert boundaries[:3] == ["1 nonword", "2 singleton", "3 begin"]
    assert len(boundaries) == len(PHONES) - 1
    known = numbers(folder)
    assert list(known.values()) == list(range(len(known)))
    assert {*WORDS, "<eps>", "#0", "<s>", "</s>"} == set(known)


def test_the_list_of_marks_is_never_empty(tmp_path: Path) -> None:
    write_graph(tmp_path, ["yes"], LEXICON, [{("yes",): (log(0.5), 0.0), ("</s>",): (log(0.5), 0)}])
    assert (tmp_path / "disambig_tid.int").read_text() == f"{mark_id(1)}\n"


def test_what_is_wrong_with_the_words_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the lexicon has no pronunciation of zebra"):
        write_graph(tmp_path, ["zebra"], LEXICON, trigrams())
    with pytest.raises(ValueError, match="the language model has no, the vocabulary has not"):
        write_graph(tmp_path, ["yes"], LEXICON, [{("no",): (0.0, 0.0)}])


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LookAheadMissingError, match="apt-get install libfst-tools"):
        write_graph(tmp_path / "graph", ["yes"], LEXICON, trigrams())


# Real Vosk


def heard(folder: Path, sentence: Sequence[str], grammar: Sequence[str] = ()) -> dict[str, Any]:
    """Return what Vosk hears in some tones."""
    vosk.SetLogLevel(-1)
    rest = [json.dumps(grammar)] if grammar else []
    recognizer = vosk.KaldiRecognizer(vosk.Model(str(folder)), RATE_HZ, *rest)
    recognizer.SetWords(True)
    recognizer.AcceptWaveform(speak(said(sentence)).tobytes())
    return dict(json.loads(recognizer.FinalResult()))


@pytest.mark.parametrize("sentence", SENTENCES, ids=" ".join)
def test_vosk_hears_what_is_planted(folder: Path, sentence: Sequence[str]) -> None:
    """Words of equal sound are told apart by the language model: "see" is likelier than "sea"."""
    result = heard(folder, sentence)
    alike = result["text"].replace("know", "no").replace("sea", "see")
    assert alike == " ".join(sentence)


def test_the_language_model_decides_between_words_of_equal_sound(folder: Path) -> None:
    result = heard(folder, ("yes", "no"))
    assert result["text"] == "yes no"
    assert result["result"][1]["conf"] > 0.8


def test_words_have_their_times(folder: Path) -> None:
    """The first tone starts after 0.3 s, and every phone lasts 0.12 s."""
    sentence = ("stay", "see")
    starts = [0.30, 0.30 + 3 * 0.12]
    for word, start in zip(heard(folder, sentence)["result"], starts, strict=True):
        assert word["start"] == pytest.approx(start, abs=0.045)
        length = 0.12 * len(LEXICON[word["word"]][0])
        assert word["end"] == pytest.approx(start + length, abs=0.045)


def test_a_grammar_takes_the_place_of_the_language_model(folder: Path) -> None:
    assert heard(folder, ("yes", "no"), ["yes know", "stay"])["text"] == "yes know"
    only = heard(folder, ("[unk]", "tease", "[unk]"), ["tease", "[unk]"])
    assert only["text"] == "[unk] tease [unk]"


def test_silence_is_as_likely_as_it_is_set(tmp_path: Path) -> None:
    """The arc that enters silence at the start costs what the settings say."""
    write_graph(
        tmp_path,
        ["yes"],
        LEXICON,
        [{("yes",): (log(0.5), 0.0), ("</s>",): (log(0.5), 0.0)}],
        GraphSettings(silence_share=0.25),
    )
    graph = read_fst(tmp_path / "HCLr.fst")
    silent = entering(transition_state(1, base_of(1)))
    costs = [arc.cost for arc in graph.arcs[graph.start] if arc.input == silent]
    assert costs == [pytest.approx(-log(0.25), abs=1e-4)]


def test_a_hesitation_is_possible_anywhere_and_leaves_no_trace(tmp_path: Path) -> None:
    """Each state of the language model has an arc back to itself."""
    half = log(0.5)
    ngrams: list[dict[tuple[str, ...], tuple[float, float]]] = [
        {("yes",): (half, log(0.5)), ("</s>",): (half, 0.0), ("<s>",): (-99.0, 0.0)},
        {("yes", "yes"): (half, 0.0)},
    ]
    write_graph(
        tmp_path,
        ["yes", "um"],
        {**LEXICON, "um": (("AH", "AH", "N"),)},
        ngrams,
        GraphSettings(hesitations=(("um", 0.03), ("uh", 0.03))),
    )
    graph = read_fst(tmp_path / "Gr.fst")
    lines = (tmp_path / "words.txt").read_text("utf-8").splitlines()
    um = next(int(number) for word, number in map(str.split, lines) if word == "um")
    assert len(graph.arcs) > 1
    for state, arcs in enumerate(graph.arcs):
        loops = [(arc.target, arc.cost) for arc in arcs if arc.input == um]
        assert [target for target, _ in loops] == [state]
        assert loops[0][1] == pytest.approx(-log(0.03), abs=1e-4)
