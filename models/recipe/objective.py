"""Lattice-free maximum mutual information, end to end: how much likelier the right words are.

For an utterance, the objective is the log probability of its transcript's phones (the *numerator*)
less that of anything that a phone model allows (the *denominator*), both under the network's
outputs. Neither needs an alignment: each is summed over all of them by the forward-backward
algorithm, so that training starts from nothing ("flat start").

Sources: Povey et al., "Purely sequence-trained neural networks for ASR based on lattice-free MMI",
Interspeech 2016; Hadian et al., "End-to-end speech recognition using lattice-free MMI", Interspeech
2018, for the flat start and biphones without a tree.

Shapes: B utterances, T output frames (one for each 30 ms), P base phones, U nodes of a transcript.
A probability of one half for staying and for leaving is left out of both sums: it is the same for
every path of as many frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from models.recipe.phones import BASE_COUNT, SILENCE_INDEX

IMPOSSIBLE = -1e30


class PhoneModel:
    """A trigram of phones: what the denominator allows, and how likely.

    Args:
        trigram: (P, P, P) probabilities of a phone after two others; its last axis sums to one.
    """

    def __init__(self, trigram: Tensor) -> None:
        self.arriving = trigram.permute(1, 0, 2).contiguous()
        """(P of the phone before, P of the one before that, P): for the step forwards."""
        self.leaving = self.arriving.transpose(1, 2).contiguous()
        start = trigram[SILENCE_INDEX, SILENCE_INDEX].clone()
        start[SILENCE_INDEX] = 1.0  # most utterances begin with silence
        self.start = start / start.sum()


class _Denominator(torch.autograd.Function):
    """Log probability of everything that the phone model allows; its gradient is the posterior."""

    @staticmethod
    def forward(ctx: Any, outputs: Tensor, lengths: Tensor, model: PhoneModel) -> Tensor:
        batch, frames, _ = outputs.shape
        # Work in probabilities, scaled anew for each frame.
        # Layout: (T, phone before, B, phone, enter or stay).
        peak = outputs.amax(2)  # (B, T)
        pairs = outputs.view(batch, frames, BASE_COUNT, BASE_COUNT, 2).permute(1, 2, 0, 3, 4)
        likelihood = (pairs - peak.T[:, None, :, None, None]).contiguous().exp_()
        entering, staying = likelihood[..., 0], likelihood[..., 1]
        inside = torch.arange(frames)[:, None] < lengths[None, :]  # (T, B)

        alpha = torch.zeros(BASE_COUNT, batch, BASE_COUNT)
        alpha[SILENCE_INDEX] = model.start * entering[0, SILENCE_INDEX]
        scale = alpha.sum((0, 2))
        alpha = alpha / scale[None, :, None]
        alphas, scales, arrivals = [alpha], [scale], [alpha]
        total = scale.log() + peak[:, 0]
        for frame in range(1, frames):
            arrived = torch.bmm(alpha.permute(2, 1, 0), model.arriving).mul_(entering[frame])
            following = torch.addcmul(arrived, alpha, staying[frame])
            scale = following.sum((0, 2)).clamp_min_(1e-30)
            following /= scale[None, :, None]
            alpha = torch.where(inside[frame][None, :, None], following, alpha)
            alphas.append(alpha)
            scales.append(scale)
            arrivals.append(arrived)
            total = total + inside[frame] * (scale.log() + peak[:, frame])

        posterior = torch.zeros(frames, BASE_COUNT, batch, BASE_COUNT, 2)
        beta = torch.ones(BASE_COUNT, batch, BASE_COUNT)
        for frame in range(frames - 1, 0, -1):
            alive = inside[frame][None, :, None]
            scaled = beta / scales[frame][None, :, None] * alive
            torch.mul(arrivals[frame], scaled, out=posterior[frame, ..., 0])
            on = scaled * staying[frame]
            torch.mul(alphas[frame - 1], on, out=posterior[frame, ..., 1])
            back = torch.bmm(scaled.mul_(entering[frame]), model.leaving)
            beta = torch.where(alive, back.permute(2, 1, 0) + on, beta)
        posterior[0, ..., 0] = alphas[0] * beta
        ctx.save_for_backward(posterior)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        (posterior,) = ctx.saved_tensors
        gradient = posterior.permute(2, 0, 1, 3, 4).flatten(2)
        return gradient * gradients[0][:, None, None], None, None


def log_denominator(outputs: Tensor, lengths: Tensor, model: PhoneModel) -> Tensor:
    """Return the log probability of all phone sequences together, (B,).

    Args:
        outputs: (B, T, 2 P P) of the network, as numbered by `phones.enter_output`; silence and
            spoken noise must have the same scores after every phone.
        lengths: (B,) output frames of each utterance.
        model: of the phones.
    """
    result: Tensor = _Denominator.apply(  # type: ignore[no-untyped-call]  # torch leaves it untyped
        outputs, lengths, model
    )
    return result


@dataclass(frozen=True)
class TranscriptGraphs:
    """The pronunciations of a batch's transcripts as graphs whose nodes are states.

    Attributes:
        enter: (B, U) output for the frame that enters a node, as in `phones.enter_output`.
        before: (B, U, K) numbers of the nodes before, U where there is none.
        after: (B, U, M) numbers of the nodes after, U where there is none.
        first: (B, U) whether an utterance may begin here.
        last: (B, U) whether it may end here.
    """

    enter: Tensor
    before: Tensor
    after: Tensor
    first: Tensor
    last: Tensor


class _Numerator(torch.autograd.Function):
    """Log probability of the transcripts; its gradient is the posterior of their nodes."""

    @staticmethod
    def forward(
        ctx: Any, enter: Tensor, stay: Tensor, lengths: Tensor, graphs: TranscriptGraphs
    ) -> Tensor:
        batch, frames, _ = enter.shape
        before = graphs.before.flatten(1)
        after = graphs.after.flatten(1)
        nowhere = torch.full((batch, 1), IMPOSSIBLE)
        impossible = torch.tensor(IMPOSSIBLE)
        alpha = torch.where(graphs.first, enter[:, 0], impossible)
        alphas, arrivals = [alpha], [alpha]
        for frame in range(1, frames):
            reached = torch.cat([alpha, nowhere], 1).gather(1, before)
            arrived = reached.view(graphs.before.shape).logsumexp(2) + enter[:, frame]
            following = torch.logaddexp(arrived, alpha + stay[:, frame])
            alpha = torch.where((frame < lengths)[:, None], following, alpha)
            alphas.append(alpha)
            arrivals.append(arrived)
        total = torch.where(graphs.last, alpha, impossible).logsumexp(1)

        enter_posterior = torch.zeros_like(enter)
        stay_posterior = torch.zeros_like(stay)
        beta = torch.where(graphs.last, 0.0, impossible)
        for frame in range(frames - 1, 0, -1):
            alive = (frame < lengths)[:, None]
            odds = beta - total[:, None]
            enter_posterior[:, frame] = (arrivals[frame] + odds).exp() * alive
            on = beta + stay[:, frame]
            stay_posterior[:, frame] = (alphas[frame - 1] + on - total[:, None]).exp() * alive
            off = torch.cat([beta + enter[:, frame], nowhere], 1).gather(1, after)
            back = torch.logaddexp(off.view(graphs.after.shape).logsumexp(2), on)
            beta = torch.where(alive, back, beta)
        enter_posterior[:, 0] = (alphas[0] + beta - total[:, None]).exp()
        ctx.save_for_backward(enter_posterior, stay_posterior)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        weight = gradients[0][:, None, None]
        enter, stay = ctx.saved_tensors
        return enter * weight, stay * weight, None, None


def log_numerator(outputs: Tensor, lengths: Tensor, graphs: TranscriptGraphs) -> Tensor:
    """Return the log probability of each transcript, (B,).

    Args:
        outputs: (B, T, 2 P P) of the network.
        lengths: (B,) output frames of each utterance.
        graphs: of the transcripts.
    """
    index = graphs.enter[:, None, :].expand(-1, outputs.shape[1], -1)
    enter = outputs.gather(2, index)
    stay = outputs.gather(2, index + 1)
    result: Tensor = _Numerator.apply(  # type: ignore[no-untyped-call]  # torch leaves it untyped
        enter, stay, lengths, graphs
    )
    return result
