"""The acoustic model's file: what is written is what Kaldi reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch", reason="the recipe's libraries are not installed")
pytest.importorskip("kaldi_native_fbank", reason="the recipe's libraries are not installed")

import torch

from models.recipe.export import layers
from models.recipe.features import log_mel, mfcc
from models.recipe.network import Network, Shape
from models.recipe.nnet3 import INPUT, Affine, Relu, Sum, context, write_acoustic_model
from models.recipe.nnet3_reader import read_acoustic_model
from models.recipe.phones import OUTPUT_COUNT, PHONE_COUNT
from models.recipe.transitions import transition_states

DATA = Path(__file__).resolve().parent.parent / "data"
SMALL = Shape(front=16, width=32, bottleneck=8, both_sides=2, one_side=1, last=16)


def trained_looking(shape: Shape) -> Network:
    """Return a network whose every weight and statistic is something else than it began with."""
    torch.manual_seed(3)
    network = Network(shape).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.1)
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                assert module.running_mean is not None
                assert module.running_var is not None
                module.running_mean.uniform_(-0.5, 0.5)
                module.running_var.uniform_(0.3, 2.0)
        network.outputs.phone.mul_(5)
        network.mean.uniform_(8, 14)
        network.inverse_deviation.uniform_(0.2, 0.5)
    return network


def test_the_file_computes_what_torch_computes(tmp_path: Path) -> None:
    network = trained_looking(SMALL)
    samples, _ = soundfile.read(DATA / _a_recording(), dtype="int16", frames=48_000)
    frames = log_mel(samples)
    padding = ((SMALL.left_context, SMALL.right_context), (0, 0))
    padded = torch.from_numpy(np.pad(frames, padding, mode="edge"))
    with torch.no_grad():
        wanted = network(padded[None])[0].numpy()

    exact = [
        replace(layer, compressed=False) if isinstance(layer, Affine) else layer
        for layer in layers(network)
    ]
    write_acoustic_model(tmp_path / "exact.mdl", exact, 40)
    write_acoustic_model(tmp_path / "final.mdl", layers(network), 40)
    of_exact = read_acoustic_model(tmp_path / "exact.mdl").outputs(mfcc(samples))
    of_compressed = read_acoustic_model(tmp_path / "final.mdl").outputs(mfcc(samples))

    assert of_exact.shape == wanted.shape == (-(-len(frames) // 3), OUTPUT_COUNT)
    assert wanted.std() > 0.5  # so that a thousandth is little
    assert np.abs(of_exact - wanted).max() < 1e-3
    assert np.abs(of_compressed - wanted).max() < 1e-2
    sizes = [(tmp_path / name).stat().st_size for name in ("final.mdl", "exact.mdl")]
    assert sizes[0] < 0.75 * sizes[1]


def _a_recording() -> str:
    index = (DATA / "recordings.yaml").read_text(encoding="utf-8")
    return next(word for word in index.split() if word.endswith((".wav", ".flac", ".ogg")))


def test_the_context_is_that_of_the_network() -> None:
    assert context(layers(Network(SMALL).eval())) == (SMALL.left_context, SMALL.right_context)


def test_every_phone_has_its_outputs_and_all_in_kaldis_order(tmp_path: Path) -> None:
    output = Affine("output.affine", INPUT, np.ones((OUTPUT_COUNT, 2)))
    write_acoustic_model(tmp_path / "final.mdl", [output], 2)
    tuples = read_acoustic_model(tmp_path / "final.mdl").tuples

    rows = [tuple(row) for row in tuples.tolist()]
    assert rows == sorted(set(rows))
    assert {row[0] for row in rows} == set(range(1, PHONE_COUNT + 1))
    assert {row[1] for row in rows} == {0}
    assert all(stay == enter + 1 for _, _, enter, stay in rows)
    assert max(row[3] for row in rows) == OUTPUT_COUNT - 1
    assert len(rows) == len(transition_states()) == 2 + 39 * 4 * 41


@pytest.mark.parametrize("spread", [1e-6, 1.0, 300.0])
def test_compression_loses_less_than_a_step(tmp_path: Path, spread: float) -> None:
    weight = np.random.default_rng(5).normal(0, spread, (40, 30))
    write_acoustic_model(tmp_path / "final.mdl", [Affine("only", INPUT, weight)], 30)
    read = read_acoustic_model(tmp_path / "final.mdl").components["only"].fields["Params"]
    step = (weight.max() - weight.min()) / 65535
    assert np.abs(read - weight).max() < 0.51 * step


def test_a_layer_must_fit_to_what_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "final.mdl"
    with pytest.raises(ValueError, match="wide does not fit to its input of 3"):
        write_acoustic_model(path, [Affine("wide", INPUT, np.ones((2, 4)))], 3)
    with pytest.raises(ValueError, match="does not fit"):
        write_acoustic_model(path, [Affine("spliced", INPUT, np.ones((2, 6)), None, (0,))], 3)
    with pytest.raises(ValueError, match="early reads late, which is not before it"):
        write_acoustic_model(path, [Relu("early", "late"), Relu("late", INPUT)], 3)
    small = Affine("small", INPUT, np.ones((2, 3)))
    with pytest.raises(ValueError, match="does not fit"):
        write_acoustic_model(path, [small, Sum("sum", ((INPUT, 1.0), ("small", 1.0)))], 3)
    assert not path.exists()


def test_a_sum_reads_as_kaldi_writes_it(tmp_path: Path) -> None:
    halves = [Relu(name, INPUT) for name in ("a", "b", "c")]
    total = Sum("total", (("a", 1.0), ("b", 0.66), ("c", -2.0)))
    write_acoustic_model(tmp_path / "final.mdl", [*halves, total], 3)
    model = read_acoustic_model(tmp_path / "final.mdl")
    assert model.nodes["total"]["input"] == "Sum(a, Sum(Scale(0.66, b), Scale(-2, c)))"
    frames = np.ones((4, 3), np.float32)
    assert model.outputs(frames) == pytest.approx(np.full((2, 3), 1 + 0.66 - 2))


def test_something_else_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "final.mdl").write_bytes(json.dumps({}).encode())
    with pytest.raises(ValueError, match="not a binary model"):
        read_acoustic_model(tmp_path / "final.mdl")
