"""The rubric's files: a mistake is named with its place."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from voicecoach import resources
from voicecoach.content.labels import load_labels
from voicecoach.content.rubric import load_rubric
from voicecoach.errors import ContentError
from voicecoach.events import Word
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("overall.yaml", "half_level: 0.35", "half_level: lots", "'lots' is not a number"),
        ("overall.yaml", "  data_story: {isolation", "  data_stroy: {isolation", "data_stroy"),
        ("probes.yaml", "{ask: clarify, talk: hollow}", "{ask: clarify}", "neither talk nor if"),
        ("probes.yaml", "ask: quantify", "ask: quantfy", "'quantify'"),
        ("gates.yaml", "fewest_words: 25", "fewest_word: 25", "'fewest_words'"),
        ("facets/customer.yaml", "\nweak:", "\nweek:", "'weak'"),
        ("facets/customer.yaml", "<customers>", "<customres>", "no word class <customres>"),
        ("words.yaml", "jargon:", "jargons:", "missing key jargon"),
        ("advice.yaml", '"2": You tried', '"3": You tried', "unknown key '3'"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    file: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "rubric"
    shutil.copytree(resources.prompts_dir() / "rubric", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_rubric(folder)
    assert says in str(caught.value)
    assert str(folder) in str(caught.value)


LABELLED = """
- id: a
  question: data_story
  text: We left the rest alone.
  labels: {isolation: 2, sensitivity: 0, actionability: 0, metric_quality: 0, customer: 0,
    decision: 0, ownership: 0, quantified_result: 0, so_what: 0, structure: 0,
    alternatives_ruled_out: 0, leadership_principles: [], overall: 2}
  evidence: {isolation: left the rest}
"""


def test_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(LABELLED, encoding="utf-8")
    (answer,) = load_labels(path)
    assert answer.levels["isolation"] == 2
    assert answer.evidence == {"isolation": "left the rest"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("overall: 2", "overall: 7", "7"),
        ("isolation: 2,", "isolation: 3,", "from 0 to 2"),
        ("left the rest}", "left them}", "not in the text"),
        ("data_story", "data_storey", "'data_story' is meant"),
    ],
)
def test_a_wrong_label_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.yaml"
    path.write_text(LABELLED.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=says):
        load_labels(path)


def test_thresholds_are_set_by_the_kind_of_model(tmp_path: Path) -> None:
    folder = shutil.copytree(resources.prompts_dir() / "rubric", tmp_path / "rubric")
    gates = folder / "gates.yaml"
    text = re.sub(r"  starter: [\d.]+", "  starter: 0.61", gates.read_text(encoding="utf-8"))
    gates.write_text(re.sub(r"hears_fillers: .*", "hears_fillers: [starter]", text), "utf-8")
    starter = load_rubric(folder, heard_by="starter").gates
    assert (starter.lowest_confidence, starter.quote_confidence) == (0.61, 0.61)
    assert starter.hears_fillers
    official = load_rubric(folder, heard_by="official").gates
    assert official.lowest_confidence == load_rubric(heard_by="official").gates.lowest_confidence
    assert not official.hears_fillers
    assert not load_rubric(folder).gates.rough


def test_no_fillers_are_none_only_where_they_would_have_been_heard() -> None:
    words = tuple(Word(w, 0.4 * i, 0.4 * i + 0.3, 0.9) for i, w in enumerate(["so"] * 30))
    heard, typed = Answer("so " * 29 + "so", words, 12.0), Answer("so " * 30)
    rubric = load_rubric()
    can = dataclasses.replace(rubric, gates=dataclasses.replace(rubric.gates, hears_fillers=True))
    counts = [
        score(answer, "data_story", judge).delivery["fillers"]
        for answer in (heard, typed)
        for judge in (rubric, can)
    ]
    assert counts == [None, 0, None, None]


def test_cues_of_an_unknown_facet_are_refused_by_name(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(resources.prompts_dir(), prompts)
    (prompts / "rubric" / "facets" / "structur.yaml").write_text("strong: {}\n", "utf-8")
    with pytest.raises(ContentError, match=r"no facet structur\b.*structure"):
        load_rubric(prompts / "rubric")
