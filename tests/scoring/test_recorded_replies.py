"""The recorded candidate gives good replies: each must be seen to show what its probe asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voicecoach.content.rubric import load_rubric
from voicecoach.content.script import load_script
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer

RECORDINGS = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "recordings.yaml").read_text(encoding="utf-8")
)["recordings"]

TEXTS = {r["file"]: r["text"] for r in RECORDINGS}
TYPES = {r["file"]: r["question_type"] for r in RECORDINGS if r["kind"] == "answer"}
REPLIES = {r["file"]: r for r in RECORDINGS if r["kind"] == "reply"}


@pytest.mark.parametrize("file", REPLIES)
def test_a_recorded_reply_shows_the_facet_that_its_probe_is_after(file: str) -> None:
    reply, told = REPLIES[file]["text"], REPLIES[file].get("follows", "demo/answer.wav")
    facet = load_script().probes[REPLIES[file]["probe"]].resolves
    rubric = load_rubric()
    alone = score(Answer(reply), "counterfactual_followup", rubric)
    before = score(Answer(TEXTS[told]), TYPES[told], rubric)
    whole = score(Answer(f"{TEXTS[told]} {reply}"), TYPES[told], rubric)
    if not facet or before.facets[facet].level == 2:
        assert alone.scorable, "any reply will do"
        return
    added = [e for e in whole.facets[facet].evidence if e.start_char > len(TEXTS[told])]
    assert alone.facets[facet].level > 0 or added


@pytest.mark.parametrize(
    "limit",
    [
        "If fewer than one in twenty came back after a month, I would stop it.",
        "I would stop it if fewer than one in twenty came back after a month.",
    ],
)
def test_a_limit_is_heard_whichever_half_comes_first(limit: str) -> None:
    judged = score(Answer(f"{limit} That was the rule."), "counterfactual_followup", load_rubric())
    assert judged.facets["sensitivity"].level == 2
