"""Features, variation, the network, and that what is exported computes what was trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch", reason="the recipe's dependency group is not installed")
pytest.importorskip("kaldi_native_fbank", reason="the recipe's dependency group is not installed")

import torch  # after the check above

from models.recipe.export import write_acoustics
from models.recipe.features import (
    Variation,
    change_tempo,
    log_mel,
    mfcc,
    mfcc_matrix,
    vary,
)
from models.recipe.network import Network, Shape, keep_semi_orthogonal
from models.recipe.nnet3_reader import read_acoustic_model
from models.recipe.phones import OUTPUT_COUNT
from models.recipe.train import load_network, save_network

RECORDING = Path(__file__).parents[1] / "data" / "recordings" / "command-repeat.wav"
SMALL = Shape(front=16, width=24, bottleneck=8, both_sides=2, one_side=1, last=12)


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    content, _ = soundfile.read(RECORDING, dtype="int16")
    return np.asarray(content)


@pytest.fixture
def network() -> Network:
    """A network whose norms have seen something, as after training."""
    torch.manual_seed(1)
    network = Network(SMALL)
    network.mean.fill_(8.0)
    network.inverse_deviation.fill_(0.3)
    for _ in range(20):
        network(torch.randn(4, 60, 40) * 3 + 8)
    with torch.no_grad():
        network.outputs.context.normal_(std=0.3)
    return network.eval()


def test_mfccs_are_a_linear_map_of_log_mel_energies(samples: np.ndarray) -> None:
    assert np.abs(mfcc(samples) - log_mel(samples) @ mfcc_matrix().T).max() < 1e-3


def test_silence_has_frames_too() -> None:
    assert np.isfinite(log_mel(np.zeros(1600, np.int16))).all()
    assert log_mel(np.zeros(10, np.int16)).shape == (0, 40)


@pytest.mark.parametrize("frames", [1, 2, 3, 100])
def test_one_output_for_three_frames(network: Network, frames: int) -> None:
    context = SMALL.left_context + SMALL.right_context
    out = network(torch.randn(2, frames + context, 40))
    assert out.shape == (2, -(-frames // 3), OUTPUT_COUNT)


def test_mean_square_of_the_outputs_needs_no_outputs(network: Network) -> None:
    hidden = torch.randn(2, 5, SMALL.last)
    direct = network.outputs(hidden).square().mean(2)
    assert torch.allclose(network.outputs.mean_square(hidden), direct, rtol=1e-3)


def test_squeezing_matrices_become_semi_orthogonal(network: Network) -> None:
    def error() -> float:
        matrix = network.layers[0].squeeze.weight.detach().flatten(1)  # type: ignore[operator, union-attr]
        product = matrix @ matrix.T
        product = product * (len(product) / product.trace())
        return float((product - torch.eye(len(product))).norm())

    before = error()
    for _ in range(60):
        keep_semi_orthogonal(network)
    assert error() < 0.1 * before


def test_exported_network_computes_what_was_trained(
    network: Network, samples: np.ndarray, tmp_path: Path
) -> None:
    """The file is read back by a reader of its own, and run on MFCCs as Vosk would."""
    save_network(network, tmp_path / "network.pt")
    write_acoustics(load_network(tmp_path / "network.pt"), tmp_path / "model")
    written = read_acoustic_model(tmp_path / "model" / "am" / "final.mdl")
    assert (written.left, written.right) == (SMALL.left_context, SMALL.right_context)
    frames = torch.from_numpy(log_mel(samples))
    lengthened = torch.cat(
        [
            frames[:1].expand(SMALL.left_context, -1),
            frames,
            frames[-1:].expand(SMALL.right_context, -1),
        ]
    )
    with torch.no_grad():
        trained = network(lengthened[None])[0].numpy()
    exported = np.asarray(written.outputs(mfcc(samples)))
    assert exported.shape == trained.shape
    assert np.abs(exported - trained).max() < 5e-3 * np.abs(trained).max()


def test_nothing_varies_at_no_strength() -> None:
    frames = torch.randn(2, 50, 40)
    same = vary(frames, Variation(), np.random.default_rng(1), 0.0)
    assert torch.allclose(same, frames, atol=1e-3)


def test_every_draw_varies_differently_and_repeatably() -> None:
    frames = torch.randn(3, 80, 40)
    first, again, other = (
        vary(frames, Variation(), np.random.default_rng(seed), 1.0) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.allclose(first, other, atol=0.1)
    assert torch.isfinite(first).all()


def test_a_shorter_vocal_tract_moves_formants_up() -> None:
    frames = torch.full((8, 30, 40), -5.0)
    frames[:, :, 20] = 5.0
    only_warp = Variation(
        warp=0.15,
        tempo=0,
        tilt_db=0,
        gain_db=0,
        noise_share=0,
        gated_share=0,
        bands_masked=0,
        frames_masked=0,
    )
    peaks = vary(frames, only_warp, np.random.default_rng(0), 1.0)[:, 0].argmax(1)
    assert peaks.min() < 20 < peaks.max()


@pytest.mark.parametrize(("factor", "length"), [(1.0, 90), (1.5, 60), (0.9, 100)])
def test_tempo_changes_the_length_and_keeps_the_ends(factor: float, length: int) -> None:
    frames = torch.randn(90, 40)
    changed = change_tempo(frames, factor)
    assert len(changed) == length
    assert torch.allclose(changed[0], frames[0])
    assert torch.allclose(changed[-1], frames[-1], atol=1e-5)


def test_a_noise_gate_leaves_digital_silence_between_words() -> None:
    frames = torch.cat([torch.full((8, 30, 40), 2.0), torch.full((8, 30, 40), 15.0)], dim=1)
    only_gate = Variation(
        warp=0, tempo=0, tilt_db=0, gain_db=0, noise_share=0, gated_share=1.0, bands_masked=0,
        frames_masked=0,
    )  # fmt: skip
    gated = vary(frames, only_gate, np.random.default_rng(0), 1.0)
    silent = torch.from_numpy(log_mel(np.zeros(1600, np.int16)))[0]
    assert torch.allclose(gated[:, :30], silent.expand(8, 30, 40), atol=1e-3)
    assert torch.allclose(gated[:, 30:], frames[:, 30:], atol=1e-3)
