"""Training: batches of varied frames, the objective, and a running average of the weights."""

from __future__ import annotations

import copy
import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed
from torch import Tensor

from models.recipe.features import FrameStore, Utterance, change_tempo, vary
from models.recipe.network import (
    BANDS,
    SUBSAMPLING,
    Network,
    Shape,
    keep_semi_orthogonal,
)
from models.recipe.objective import (
    PhoneModel,
    TranscriptGraphs,
    log_denominator,
    log_numerator,
)
from models.recipe.phones import Lexicon
from models.recipe.settings import Settings
from models.recipe.transcripts import (
    TranscriptGraph,
    collate,
    phone_trigram,
    transcript_graph,
)

Report = Callable[[str], None]

CHECKPOINT_STEPS = 250
REPORT_STEPS = 25


@dataclass(frozen=True)
class Batch:
    """What one step learns from.

    Attributes:
        frames: (B, left_context + N + right_context, 40), varied.
        lengths: (B,) in output frames.
        graphs: of the transcripts.
    """

    frames: Tensor
    lengths: Tensor
    graphs: TranscriptGraphs


@dataclass(frozen=True)
class Team:
    """Processes that train together: each works on its part of a batch, on one core.

    The sums over frames are many small steps. Threads would have to wait for each other in each of
    them; processes meet once a batch.

    Attributes:
        rank: which of them this one is.
        size: how many there are.
    """

    rank: int = 0
    size: int = 1

    def share(self, network: Network) -> None:
        """Give every member the mean of all members' gradients."""
        if self.size == 1:
            return
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        torch.distributed.all_reduce(flat)
        flat /= self.size
        parts = torch.split(flat, [gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))


ALONE = Team()


class Corpus:
    """Everything that is trained on: the utterances' graphs, and their frames in several copies.

    Args:
        utterances: in the order of the frames.
        stores: of the copies.
        lexicon: pronunciations.
        settings: of the recipe.
    """

    def __init__(
        self,
        utterances: Sequence[Utterance],
        stores: Sequence[FrameStore],
        lexicon: Lexicon,
        settings: Settings,
    ) -> None:
        self.stores = stores
        self.digest = _digest(utterances, stores)
        self._settings = settings
        self.graphs: list[TranscriptGraph] = [
            transcript_graph(u.words, lexicon) for u in utterances
        ]
        self.trigram = phone_trigram([u.words for u in utterances], lexicon, settings.seed)

    def batches(self, rng: np.random.Generator) -> Iterator[list[tuple[int, int]]]:
        """Yield one pass over all utterances, each in one of its copies: (copy, number) pairs.

        Utterances of like length share a batch, so that little of it is padding.
        """
        training = self._settings.training
        pairs = []
        for number, graph in enumerate(self.graphs):
            which = int(rng.integers(len(self.stores)))
            length = int(self.stores[which].lengths[number])
            # What is spoken faster than its phones can be passed has no path.
            room = length / SUBSAMPLING / (1 + self._settings.variation.tempo) - 2
            if training.shortest <= length <= training.longest and room > graph.shortest:
                pairs.append((length + rng.uniform(0, 20), which, number))
        pairs.sort()
        batches: list[list[tuple[int, int]]] = [[]]
        for spread, which, number in pairs:
            if spread * (len(batches[-1]) + 1) > training.batch_frames and batches[-1]:
                batches.append([])
            batches[-1].append((which, number))
        for index in rng.permutation(len(batches)):
            yield batches[index]

    def load(
        self, batch: Sequence[tuple[int, int]], rng: np.random.Generator, strength: float
    ) -> tuple[Tensor, Tensor]:
        """Return the varied frames of a batch, edges repeated, and its lengths in outputs."""
        settings = self._settings
        tempo = strength * settings.variation.tempo
        rows = [
            change_tempo(self.stores[which][number], float(rng.uniform(1 - tempo, 1 + tempo)))
            for which, number in batch
        ]
        longest = max(len(row) for row in rows)
        frames = torch.stack(
            [torch.cat([row, row[-1:].expand(longest - len(row), BANDS)]) for row in rows]
        )
        frames = vary(frames, settings.variation, rng, strength)
        left = frames[:, :1].expand(-1, settings.shape.left_context, -1)
        right = frames[:, -1:].expand(-1, settings.shape.right_context, -1)
        lengths = torch.tensor([math.ceil(len(row) / SUBSAMPLING) for row in rows])
        return torch.cat([left, frames, right], 1), lengths

    def stream(self, step: int, team: Team) -> Iterator[Batch]:
        """Yield the batches of a training run from a step on, pass after pass: a member's part."""
        training = self._settings.training
        rising = max(1.0, training.full_variation * training.steps)
        while step < training.steps:
            rng = np.random.default_rng([self._settings.seed, step])
            for batch in self.batches(rng):
                part = batch[team.rank :: team.size] or batch[:1]
                own = np.random.default_rng([self._settings.seed, step, team.rank])
                frames, lengths = self.load(part, own, min(1.0, step / rising))
                graphs = collate([self.graphs[number] for _, number in part])
                yield Batch(frames, lengths, graphs)
                step += 1
                if step >= training.steps:
                    return


def _digest(utterances: Sequence[Utterance], stores: Sequence[FrameStore]) -> str:
    """Return what tells one corpus from another: its words, and how long each copy of them is."""
    digest = hashlib.sha256(repr([utterance.words for utterance in utterances]).encode())
    for store in stores:
        digest.update(store.lengths.tobytes())
    return digest.hexdigest()


def _parameter_groups(network: Network, settings: Settings) -> list[dict[str, Any]]:
    training = settings.training
    context = [network.outputs.context, network.outputs.context_bias]
    others = [p for p in network.parameters() if all(p is not c for c in context)]
    return [
        {"params": others, "weight_decay": training.weight_decay},
        {"params": context, "weight_decay": training.context_decay},
    ]


def _rate(settings: Settings, step: int) -> float:
    training = settings.training
    if step < training.warm_up:
        return training.rate * (step + 1) / training.warm_up
    done = (step - training.warm_up) / max(1, training.steps - training.warm_up)
    low = training.final_rate
    return training.rate * (low + (1 - low) * (1 + math.cos(math.pi * done)) / 2)


@torch.no_grad()
def _normalise(network: Network, store: FrameStore) -> None:
    frames = torch.cat(list(store.sample(400)))
    network.mean.copy_(frames.mean(0))
    network.inverse_deviation.copy_(1 / frames.std(0))


@torch.no_grad()
def _average(into: Network, network: Network, decay: float) -> None:
    new: Mapping[str, Tensor] = network.state_dict()
    for name, value in into.state_dict().items():
        if value.dtype.is_floating_point:
            value.lerp_(new[name], 1 - decay)
        else:
            value.copy_(new[name])


def train(
    corpus: Corpus, settings: Settings, folder: Path, report: Report, team: Team = ALONE
) -> Path:
    """Train the network, and return the file of its averaged weights.

    A run that was interrupted goes on from its last checkpoint in the same folder; one of another
    corpus or another network is begun anew.

    Args:
        corpus: what to learn from.
        settings: of the recipe.
        folder: where checkpoints and ``network.pt`` go.
        report: is given a line now and then.
        team: of which this process is a member; the first one reports and writes.

    Raises:
        FloatingPointError: the objective is no longer a number.
    """
    training = settings.training
    torch.manual_seed(settings.seed)
    network = Network(settings.shape)
    _normalise(network, corpus.stores[0])
    averaged = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(_parameter_groups(network, settings), betas=(0.9, 0.98))
    phones = PhoneModel(corpus.trigram)
    checkpoint = folder / "checkpoint.pt"
    step = 0
    made_for = {"corpus": corpus.digest, "shape": asdict(settings.shape)}
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else {}
    if state.get("made_for") == made_for:
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    if team.rank == 0:
        weights = sum(p.numel() for p in network.parameters())
        report(f"{weights:,} weights, steps {step + 1} to {training.steps}")
    began = time.monotonic()
    objective = frames_done = 0.0
    for batch in corpus.stream(step, team):
        network.train()
        for group in optimiser.param_groups:
            group["lr"] = _rate(settings, step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = network.hidden(batch.frames)
            outputs = network.outputs(hidden)
        outputs = outputs.float()
        gain = log_numerator(outputs, batch.lengths, batch.graphs)
        gain = gain - log_denominator(outputs, batch.lengths, phones)
        count = batch.lengths.sum()
        size = network.outputs.mean_square(hidden.float()).mean()
        loss = -gain.sum() / count + training.output_decay * size
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the objective is {float(loss)} at step {step}")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        team.share(network)
        torch.nn.utils.clip_grad_norm_(network.parameters(), training.clip)
        optimiser.step()
        step += 1
        if training.orthogonal_every and step % training.orthogonal_every == 0:
            keep_semi_orthogonal(network)
        if team.rank:
            continue
        _average(averaged, network, min(training.average, step / (step + 10)))
        objective += float(gain.detach().sum())
        frames_done += float(count)
        if step % REPORT_STEPS == 0 or step == training.steps:
            minutes = (time.monotonic() - began) / 60
            report(
                f"step {step}: objective {objective / frames_done:.4f} a frame, "
                f"outputs {float(size.detach()) ** 0.5:.2f}, {minutes:.1f} min"
            )
            objective = frames_done = 0.0
        if step % CHECKPOINT_STEPS == 0 or step == training.steps:
            content = {
                "network": network.state_dict(),
                "averaged": averaged.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "made_for": made_for,
            }
            _save(content, checkpoint)
            save_network(averaged, folder / "network.pt")
    return folder / "network.pt"


def _save(content: Mapping[str, Any], path: Path) -> None:
    """Write a file that is whole or not there."""
    unfinished = path.with_suffix(".part")
    torch.save(content, unfinished)
    unfinished.replace(path)


def save_network(network: Network, path: Path) -> None:
    """Write a network's weights and sizes."""
    _save({"network": network.state_dict(), "shape": asdict(network.shape)}, path)


def load_network(path: Path) -> Network:
    """Return a network that `save_network` wrote, ready to run."""
    state = torch.load(path, weights_only=True)
    network = Network(Shape(**state["shape"]))
    network.load_state_dict(state["network"])
    return network.eval()
