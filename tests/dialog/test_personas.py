"""Manners: what a style and a persona change, and in which order follow-ups are put."""

from __future__ import annotations

import pytest

from voicecoach import resources
from voicecoach.content.script import load_script
from voicecoach.dialog.personas import Manner, manner_of
from voicecoach.dialog.script import Script
from voicecoach.dialog.selection import find_question, find_style, probe_wordings
from voicecoach.errors import UsageError
from voicecoach.scoring.types import ProbeChoice


@pytest.fixture(scope="module")
def script() -> Script:
    return load_script(resources.prompts_dir())


def choices(*probes: str) -> list[ProbeChoice]:
    return [ProbeChoice(probe, "rule", "", "", 1.0) for probe in probes]


def names(ordered: list[ProbeChoice]) -> list[str]:
    return [choice.probe for choice in ordered]


def test_nobody_in_particular_asks_in_the_order_of_the_answer() -> None:
    asked = choices("decision", "ownership", "tradeoff")
    assert Manner().order(asked) == asked


def test_a_favoured_probe_moves_up_only_where_the_answer_calls_for_it() -> None:
    manner = Manner(favours=("tradeoff", "so_what"))
    called_for = choices("decision", "ownership", "tradeoff", "so_what")
    assert names(manner.order(called_for)) == ["tradeoff", "decision", "ownership", "so_what"]


def test_what_is_left_to_others_is_asked_only_where_there_is_nothing_else() -> None:
    manner = Manner(leaves=("sensitivity",))
    assert names(manner.order(choices("sensitivity", "decision"))) == ["decision"]
    assert names(manner.order(choices("sensitivity"))) == ["sensitivity"]


def test_a_persona_speaks_for_itself_and_has_the_styles_words_for_the_rest(script: Script) -> None:
    warm, recruiter = script.styles["warm"], script.personas["recruiter"]
    manner = manner_of(warm, recruiter)
    assert manner.phrases["probe_lead"] == recruiter.phrases["probe_lead"]
    assert manner.phrases["greeting"] == warm.phrases["greeting"]
    assert manner.patience == warm.patience * recruiter.patience
    assert manner_of(script.styles["bar-raiser"], recruiter).insists == "until_shown"


def test_styles_put_a_probe_in_their_own_words(script: Script) -> None:
    story = find_question(script.questions, "data-changed-plan")
    case = find_question(script.questions, "one-click-dip")
    probe = script.probes["counterfactual"]
    for style in ("warm", "bar-raiser"):
        own = probe.styles[style]
        assert probe_wordings(probe, story, "sales rose", style=style) == own.quoting
        assert probe_wordings(probe, story, style=style) == own.plain
        assert probe_wordings(probe, story, sharper=True, style=style) == own.sharper
        assert probe_wordings(probe, case, "sales rose", style=style) == own.case
    assert probe_wordings(script.probes["shorten"], story, "sales rose", style="warm") == (
        script.probes["shorten"].styles["warm"].plain
    ), "it reads nothing back"


def test_a_style_is_found_by_a_loose_name(script: Script) -> None:
    assert find_style(script, "Bar Raiser").name == "bar-raiser"
    with pytest.raises(UsageError, match=r"no style 'angry'.*warm · neutral · bar-raiser"):
        find_style(script, "angry")
