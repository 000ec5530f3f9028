"""The acoustic network: log-mel frames in, a score for each biphone out, every 30 ms.

A time-delay network with factored layers (TDNN-F: Povey et al., "Semi-orthogonal low-rank matrix
factorization for deep neural networks", Interspeech 2018), made of what Kaldi's nnet3 has, so that
Vosk can run it: affine maps over spliced frames, rectifiers, batch norms and weighted sums.
Nothing pads: an utterance is lengthened before it comes in, just as nnet3 repeats its edge frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.recipe.phones import BASE_COUNT, NONSPEECH_COUNT, OUTPUT_COUNT

BANDS = 40
SUBSAMPLING = 3
"""Input frames (10 ms) for each output frame."""

BYPASS = 0.66
"""Weight of a layer's input in its output, as in Kaldi's recipes."""


@dataclass(frozen=True)
class Shape:
    """How large the network is.

    Attributes:
        front: channels of the first convolution, at 100 frames a second.
        width: channels of every layer after it, at 33 frames a second.
        bottleneck: channels in the middle of a factored layer.
        both_sides: factored layers that look at the frame before and the one after.
        one_side: further layers that look at the frame before only, so that the last words of a
            sentence need not wait.
        last: channels before the outputs.
        dropout: share of channels that are silenced while training.
    """

    front: int = 160
    width: int = 448
    bottleneck: int = 96
    both_sides: int = 7
    one_side: int = 3
    last: int = 160
    dropout: float = 0.1

    @property
    def left_context(self) -> int:
        """Input frames that the first output needs before its own."""
        return 3 + SUBSAMPLING * (self.both_sides + self.one_side)

    @property
    def right_context(self) -> int:
        """Input frames that an output needs after its own: how far it looks ahead."""
        return 3 + SUBSAMPLING * self.both_sides


class Factored(nn.Module):
    """A layer of low rank: splice the frame before, squeeze, (splice the next,) widen."""

    def __init__(self, width: int, bottleneck: int, dropout: float, ahead: bool) -> None:
        super().__init__()
        self.squeeze = nn.Conv1d(width, bottleneck, 2, bias=False)
        self.widen = nn.Conv1d(bottleneck, width, 2 if ahead else 1)
        self.norm = nn.BatchNorm1d(width, affine=False)
        self.dropout = nn.Dropout1d(dropout)
        self.ahead = ahead

    def forward(self, frames: Tensor) -> Tensor:
        """(B, width, T) to (B, width, T - 2), or T - 1 if it does not look ahead."""
        centre = frames[:, :, 1:-1] if self.ahead else frames[:, :, 1:]
        inner = torch.relu(self.widen(self.squeeze(frames)))
        out: Tensor = self.dropout(self.norm(inner)) + BYPASS * centre
        return out


class BiphoneOutput(nn.Module):
    """Scores of biphones, each the sum of its phone's and what the phone before adds.

    The addition starts at nothing and is held small, so a biphone that was hardly ever heard
    behaves as its phone does after any other: the smoothing that a tree of tied states would give.
    To silence and spoken noise nothing is added.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        real = BASE_COUNT - NONSPEECH_COUNT
        self.phone = nn.Parameter(torch.randn(1, BASE_COUNT, 2, width) * 0.01)
        self.context = nn.Parameter(torch.zeros(BASE_COUNT, real, 2, width))
        self.phone_bias = nn.Parameter(torch.zeros(1, BASE_COUNT, 2))
        self.context_bias = nn.Parameter(torch.zeros(BASE_COUNT, real, 2))

    def weights(self) -> tuple[Tensor, Tensor]:
        """Return the matrix (2 P P, width) and the offsets (2 P P,) of all outputs."""
        context = nn.functional.pad(self.context, (0, 0, 0, 0, NONSPEECH_COUNT, 0))
        context_bias = nn.functional.pad(self.context_bias, (0, 0, NONSPEECH_COUNT, 0))
        weight = (self.phone + context).reshape(OUTPUT_COUNT, -1)
        return weight, (self.phone_bias + context_bias).reshape(OUTPUT_COUNT)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, T, width) to (B, T, 2 P P)."""
        weight, bias = self.weights()
        return nn.functional.linear(frames, weight, bias)

    def mean_square(self, frames: Tensor) -> Tensor:
        """Return the mean square of what `forward` gives, (B, T), without computing all of it."""
        weight, bias = self.weights()
        quadratic = ((frames @ (weight.T @ weight)) * frames).sum(2)
        linear = frames @ (weight.T @ bias)
        return (quadratic + 2 * linear + bias @ bias) / OUTPUT_COUNT


class Network(nn.Module):
    """The whole network.

    Args:
        shape: its sizes.
    """

    mean: Tensor
    inverse_deviation: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(BANDS))
        self.register_buffer("inverse_deviation", torch.ones(BANDS))
        self.front = nn.Conv1d(BANDS, shape.front, 5)
        self.front_norm = nn.BatchNorm1d(shape.front, affine=False)
        self.stride = nn.Conv1d(shape.front, shape.width, 3, stride=SUBSAMPLING)
        self.stride_norm = nn.BatchNorm1d(shape.width, affine=False)
        self.layers = nn.ModuleList(
            Factored(shape.width, shape.bottleneck, shape.dropout, ahead)
            for ahead in [True] * shape.both_sides + [False] * shape.one_side
        )
        self.last = nn.Conv1d(shape.width, shape.last, 1)
        self.last_norm = nn.BatchNorm1d(shape.last, affine=False)
        self.outputs = BiphoneOutput(shape.last)

    def hidden(self, frames: Tensor) -> Tensor:
        """Everything but the outputs: (B, context + 3 T, bands) to (B, T, last)."""
        inner = ((frames - self.mean) * self.inverse_deviation).transpose(1, 2)
        inner = self.front_norm(torch.relu(self.front(inner)))
        inner = self.stride_norm(torch.relu(self.stride(inner)))
        for layer in self.layers:
            inner = layer(inner)
        inner = self.last_norm(torch.relu(self.last(inner)))
        out: Tensor = inner.transpose(1, 2)
        return out

    def forward(self, frames: Tensor) -> Tensor:
        """Return the scores of an utterance.

        Args:
            frames: (B, left_context + N + right_context, bands) log-mel energies.

        Returns:
            (B, ceil(N / 3), 2 P P); the output number j belongs to input frame 3 j.
        """
        out: Tensor = self.outputs(self.hidden(frames))
        return out


@torch.no_grad()
def keep_semi_orthogonal(network: Network, rate: float = 0.125) -> None:
    """Move each squeezing matrix a step towards one with orthogonal rows, scaled as it is.

    The update of Povey et al. 2018, with the floating scale of section 2.3.
    """
    for layer in network.layers:
        assert isinstance(layer, Factored)
        weight = layer.squeeze.weight
        matrix = weight.flatten(1)
        product = matrix @ matrix.T
        scale_squared = (product * product).sum() / product.trace()
        product.diagonal().sub_(scale_squared)
        weight -= (4 * rate / scale_squared) * (product @ matrix).view_as(weight)
