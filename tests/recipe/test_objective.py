"""The training objective: against sums over every path, and against finite differences."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest

pytest.importorskip("torch", reason="the recipe's dependency group is not installed")

import torch  # after the check above

from models.recipe.objective import PhoneModel, log_denominator, log_numerator
from models.recipe.phones import (
    BASE_COUNT,
    BASE_INDEX,
    NONSPEECH_COUNT,
    OUTPUT_COUNT,
    SILENCE_INDEX,
    enter_output,
    stay_output,
)
from models.recipe.transcripts import collate, phone_trigram, transcript_graph

LEXICON = {
    "cat": (("K", "AE", "T"),),
    "a": (("AH",), ("EY",)),
    "the": (("DH", "AH"), ("DH", "IY")),
    "go": (("G", "OW"),),
    "[unk]": (("SPN",),),
}
TRANSCRIPTS = [["the", "cat"], ["a", "[unk]", "go"], ["go"]]
LENGTHS = torch.tensor([12, 10, 7])


def tied(outputs: torch.Tensor) -> torch.Tensor:
    """Give silence and spoken noise one score after every phone, as the network does."""
    pairs = outputs.view(*outputs.shape[:2], BASE_COUNT, BASE_COUNT, 2).clone()
    pairs[:, :, :, :NONSPEECH_COUNT] = pairs[:, :, SILENCE_INDEX, None, :NONSPEECH_COUNT]
    return pairs.flatten(2)


@pytest.fixture
def outputs() -> torch.Tensor:
    torch.manual_seed(3)
    return tied(torch.randn(3, 12, OUTPUT_COUNT))


@pytest.fixture
def phones() -> PhoneModel:
    return PhoneModel(phone_trigram(TRANSCRIPTS * 3, LEXICON))


def scores_of(path: list[tuple[int, int]], outputs: torch.Tensor) -> float:
    """Score of a path: for each frame the phone before and the phone; a new pair enters."""
    total = 0.0
    for frame, pair in enumerate(path):
        enters = frame == 0 or path[frame - 1] != pair
        number = enter_output(*pair) if enters else stay_output(*pair)
        total += float(outputs[frame, number])
    return total


def test_numerator_is_the_sum_over_all_ways_to_say_it(outputs: torch.Tensor) -> None:
    """In three frames "go" is G, OW with or without a silence, or with a longer phone."""
    frames = outputs[:1, :3]
    graphs = collate([transcript_graph(["go"], LEXICON)])
    measured = float(log_numerator(frames, torch.tensor([3]), graphs)[0])
    silence = SILENCE_INDEX
    g, ow = BASE_INDEX["G"], BASE_INDEX["OW"]
    paths = [
        [(silence, silence), (silence, g), (g, ow)],
        [(silence, g), (silence, g), (g, ow)],
        [(silence, g), (g, ow), (g, ow)],
        [(silence, g), (g, ow), (silence, silence)],
    ]
    expected = math.log(sum(math.exp(scores_of(path, frames[0])) for path in paths))
    assert measured == pytest.approx(expected, abs=1e-4)


def test_denominator_is_the_sum_over_all_phone_sequences(
    outputs: torch.Tensor, phones: PhoneModel
) -> None:
    """Two frames: one phone that stays, or two phones, weighed by the trigram."""
    frames = outputs[:1, :2]
    measured = float(log_denominator(frames, torch.tensor([2]), phones)[0])
    trigram = phones.arriving.permute(1, 0, 2)
    silence = SILENCE_INDEX
    total = 0.0
    for first in range(BASE_COUNT):
        start = float(phones.start[first]) * math.exp(frames[0, 0, enter_output(silence, first)])
        total += start * math.exp(frames[0, 1, stay_output(silence, first)])
        for second in range(BASE_COUNT):
            odds = float(trigram[silence, first, second])
            total += start * odds * math.exp(frames[0, 1, enter_output(first, second)])
    assert measured == pytest.approx(math.log(total), abs=1e-4)


def sums(name: str, phones: PhoneModel) -> Callable[[torch.Tensor], torch.Tensor]:
    graphs = collate([transcript_graph(words, LEXICON) for words in TRANSCRIPTS])
    if name == "numerator":
        return lambda x: log_numerator(x, LENGTHS, graphs).sum()
    return lambda x: log_denominator(x, LENGTHS, phones).sum()


@pytest.mark.parametrize("name", ["numerator", "denominator"])
def test_gradient_is_that_of_finite_differences(
    name: str, outputs: torch.Tensor, phones: PhoneModel
) -> None:
    function = sums(name, phones)
    leaf = outputs.clone().requires_grad_(True)
    torch.autograd.backward(function(leaf))
    gradient = leaf.grad
    assert gradient is not None
    largest = gradient.abs().flatten().topk(6).indices
    for index in [*largest, *torch.randint(0, gradient.numel(), (3,))]:
        step = torch.zeros_like(outputs).flatten()
        step[index] = 1e-2
        step = step.view_as(outputs)
        slope = (function(outputs + step) - function(outputs - step)) / 2e-2
        assert float(gradient.flatten()[index]) == pytest.approx(float(slope), abs=2e-3)


@pytest.mark.parametrize("name", ["numerator", "denominator"])
def test_posteriors_sum_to_one_within_an_utterance_and_to_nothing_after_it(
    name: str, outputs: torch.Tensor, phones: PhoneModel
) -> None:
    leaf = outputs.clone().requires_grad_(True)
    torch.autograd.backward(sums(name, phones)(leaf))
    assert leaf.grad is not None
    by_frame = leaf.grad.sum(2)
    for row, length in zip(by_frame, LENGTHS, strict=True):
        assert torch.allclose(row[:length], torch.ones(int(length)), atol=1e-4)
        assert torch.allclose(row[length:], torch.zeros(12 - int(length)))


def test_every_pronunciation_and_pause_has_its_path() -> None:
    """ "a" has two pronunciations of one phone; each can follow a silence or nothing."""
    graph = transcript_graph(["a", "go"], LEXICON)
    starts = {int(graph.enter[node]) for node in graph.first}
    silence = SILENCE_INDEX
    assert starts == {
        enter_output(silence, silence),
        enter_output(silence, BASE_INDEX["AH"]),
        enter_output(silence, BASE_INDEX["EY"]),
    }
    contexts = {int(e) for e in graph.enter}
    for before in ("SIL", "AH", "EY"):
        assert enter_output(BASE_INDEX[before], BASE_INDEX["G"]) in contexts
    assert graph.shortest == 3


def test_trigram_of_phones_is_a_distribution() -> None:
    trigram = phone_trigram(TRANSCRIPTS, LEXICON)
    assert torch.allclose(trigram.sum(2), torch.ones(BASE_COUNT, BASE_COUNT), atol=1e-5)
    silent = trigram[:, SILENCE_INDEX, SILENCE_INDEX]
    assert float(silent.max()) == 0.0
    others = [p for p in range(BASE_COUNT) if p != SILENCE_INDEX]
    for before, phone in itertools.product((SILENCE_INDEX, 5), others):
        assert float(trigram[before, phone].min()) >= 0.0
