"""The trained network as layers that Kaldi's nnet3 can run, and a whole folder for Vosk.

What can be multiplied in advance is: the normalisation of the input and the way back from MFCCs to
log-mel energies go into the first layer, batch norms into the layer after them where only one layer
reads them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.recipe.features import mfcc_matrix
from models.recipe.network import BANDS, BYPASS, SUBSAMPLING, Factored, Network
from models.recipe.nnet3 import INPUT, Affine, Layer, Relu, ScaleOffset, Sum, write_acoustic_model

Matrix = NDArray[np.float64]


def _array(tensor: torch.Tensor | None) -> Matrix:
    assert tensor is not None  # torch types every bias and statistic as one that may be missing
    return np.asarray(tensor.detach().double().numpy())


def _norm(norm: nn.BatchNorm1d) -> tuple[Matrix, Matrix]:
    """Return the scale and the offset that a batch norm comes down to."""
    scale = 1 / np.sqrt(_array(norm.running_var) + norm.eps)
    return scale, -_array(norm.running_mean) * scale


def _spliced(weight: torch.Tensor) -> Matrix:
    """Return the weight of a convolution (out, in, times) as (out, times, in)."""
    spliced: Matrix = _array(weight).transpose(0, 2, 1)
    return spliced


def _after(
    weight: Matrix, bias: Matrix, transform: Matrix, offset: Matrix
) -> tuple[Matrix, Matrix]:
    """Return an affine map that takes what comes before ``transform @ x + offset``.

    Args:
        weight: (out, times, in).
        bias: (out,).
        transform: (in, in).
        offset: (in,).

    Returns:
        The new weight, flat (out, times x in), and the new bias.
    """
    flat = np.einsum("oti,ij->otj", weight, transform).reshape(len(weight), -1)
    return flat, bias + np.einsum("oti,i->o", weight, offset)


def layers(network: Network) -> list[Layer]:
    """Return the network, which must be in evaluation mode, layer by layer."""
    mean, deviations = _array(network.mean), _array(network.inverse_deviation)
    weight, bias = _after(
        _spliced(network.front.weight),
        _array(network.front.bias),
        deviations[:, None] * np.linalg.inv(mfcc_matrix()),
        -mean * deviations,
    )
    out: list[Layer] = [
        Affine("front", INPUT, weight, bias, (-2, -1, 0, 1, 2), compressed=False),
        Relu("front.relu", "front"),
    ]
    scale, offset = _norm(network.front_norm)
    weight, bias = _after(
        _spliced(network.stride.weight),
        _array(network.stride.bias),
        np.diag(scale),
        offset,
    )
    out += [
        Affine("stride", "front.relu", weight, bias, (-1, 0, 1)),
        Relu("stride.relu", "stride"),
        ScaleOffset("stride.norm", "stride.relu", *_norm(network.stride_norm)),
    ]
    before = "stride.norm"
    for number, layer in enumerate(network.layers, start=1):
        assert isinstance(layer, Factored)
        name = f"layer{number}"
        ahead = (0, SUBSAMPLING) if layer.ahead else (0,)
        squeeze = _spliced(layer.squeeze.weight).reshape(layer.squeeze.out_channels, -1)
        widen = _spliced(layer.widen.weight).reshape(layer.widen.out_channels, -1)
        widen_bias = _array(layer.widen.bias)
        out += [
            Affine(f"{name}.squeeze", before, squeeze, None, (-SUBSAMPLING, 0)),
            Affine(f"{name}.widen", f"{name}.squeeze", widen, widen_bias, ahead),
            Relu(f"{name}.relu", f"{name}.widen"),
            ScaleOffset(f"{name}.norm", f"{name}.relu", *_norm(layer.norm)),
            Sum(name, ((f"{name}.norm", 1.0), (before, BYPASS))),
        ]
        before = name
    last = _spliced(network.last.weight)[:, 0]
    out += [
        Affine("last", before, last, _array(network.last.bias)),
        Relu("last.relu", "last"),
    ]
    scale, offset = _norm(network.last_norm)
    output_weight, output_bias = (_array(value) for value in network.outputs.weights())
    output_bias = output_bias + output_weight @ offset
    out.append(Affine("output.affine", "last.relu", output_weight * scale, output_bias))
    return out


MFCC_CONF = f"""\
--use-energy=false
--sample-frequency=16000
--num-mel-bins={BANDS}
--num-ceps={BANDS}
--low-freq=20
--high-freq=-400
--dither=0
"""

# The network is surer of itself on strange voices than it should be: at 0.7 it heard people and the
# held-out voices better than at 0.5 and at 1.0. The beams are as narrow as that leaves them room.
MODEL_CONF = """\
--min-active=200
--max-active=2000
--beam=9.0
--lattice-beam=3.5
--acoustic-scale=0.7
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""


def write_acoustics(network: Network, folder: Path) -> None:
    """Write ``am`` and ``conf`` of a model's folder."""
    write_acoustic_model(folder / "am" / "final.mdl", layers(network), BANDS)
    (folder / "conf").mkdir(parents=True, exist_ok=True)
    (folder / "conf" / "mfcc.conf").write_text(MFCC_CONF, "utf-8")
    (folder / "conf" / "model.conf").write_text(MODEL_CONF, "utf-8")
