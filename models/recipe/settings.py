"""What a run of the recipe is made of: sizes, seeds and amounts, and the two recipes there are."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.recipe.features import Variation
from models.recipe.graph import GraphSettings
from models.recipe.language import LanguageSettings
from models.recipe.network import Shape
from models.recipe.text import TextSettings


@dataclass(frozen=True)
class Training:
    """How the network is trained.

    Attributes:
        steps: batches altogether.
        batch_frames: most frames of a batch, its padding included (100 a second).
        shortest: utterances shorter than this, in frames, are left out.
        longest: and longer ones too.
        rate: highest learning rate, reached after `warm_up` steps.
        final_rate: lowest, as a share of the highest; the way down is a cosine.
        warm_up: steps.
        weight_decay: of every weight.
        context_decay: of what a phone's context adds to its score: what ties rare biphones.
        output_decay: weight of the mean square of the outputs in the loss.
        clip: largest norm of the gradient.
        average: decay of the running average of the weights, which is the model.
        full_variation: share of the steps after which frames are varied in full; before it, less.
        orthogonal_every: steps between two moves towards semi-orthogonal factors; 0 for none.
    """

    steps: int = 3700
    batch_frames: int = 15_000
    shortest: int = 40
    longest: int = 1400
    rate: float = 2e-3
    final_rate: float = 0.02
    warm_up: int = 150
    weight_decay: float = 1e-2
    context_decay: float = 0.1
    output_decay: float = 1e-3
    clip: float = 2.0
    average: float = 0.998
    full_variation: float = 0.15
    orthogonal_every: int = 4


@dataclass(frozen=True)
class Settings:
    """One recipe.

    Attributes:
        name: full or commands.
        seed: of everything that is drawn.
        text: what is spoken, and what the language model learns from.
        language: the language model.
        graph: how words follow each other in the decoding graph.
        synthesised: lines of the text that the synthesisers speak.
        sampled: further lines, in voices drawn from PocketSphinx's Gaussians.
        copies: of the speech: one as it is, the others made worse.
        gigabytes: of disk that a run takes.
        shape: of the network.
        variation: of the frames while training.
        training: of the network.
    """

    name: str = "full"
    seed: int = 1
    text: TextSettings = field(default_factory=TextSettings)
    language: LanguageSettings = field(default_factory=LanguageSettings)
    graph: GraphSettings = field(default_factory=GraphSettings)
    synthesised: int = 10_000
    sampled: int = 7_000
    copies: int = 2
    gigabytes: float = 8.0
    shape: Shape = field(default_factory=Shape)
    variation: Variation = field(default_factory=Variation)
    training: Training = field(default_factory=Training)


FULL = Settings()
"""The starter model: hours on a laptop."""

COMMANDS = Settings(
    name="commands",
    text=TextSettings(words="commands"),
    synthesised=400,
    sampled=0,
    copies=1,
    gigabytes=0.3,
    shape=Shape(front=48, width=96, bottleneck=32, both_sides=3, one_side=1, last=48, dropout=0.0),
    training=Training(
        steps=400, batch_frames=6000, rate=4e-3, warm_up=20, average=0.97, full_variation=0.5
    ),
)
"""A model of thirty words, in two minutes: it shows that every stage works."""

RECIPES = {recipe.name: recipe for recipe in (FULL, COMMANDS)}
