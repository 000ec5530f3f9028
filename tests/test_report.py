"""The page: what it tells, on whole, half and hostile sessions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline import ANSWER, QUESTION, REPLY, Timeline, interview, score
from voicecoach.debrief import Line, Mark, pieces, strongest_and_weakest, tell
from voicecoach.events import AnswerScored, Event
from voicecoach.replies import replies
from voicecoach.report import FACET_QUESTIONS, render
from voicecoach.scoring.types import FACETS, read_score
from voicecoach.timeline import strips

VOID = {"meta", "br", "rect", "line", "circle", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """A page taken apart; complains about tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((self._open[-1], data))

    @property
    def text(self) -> str:
        """What a reader sees."""
        seen = [t for tag, t in self.texts if tag not in ("style", "title")]
        return " ".join(" ".join(seen).replace("\N{NO-BREAK SPACE}", " ").split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every such element."""
        return [attributes for name, attributes in self.tags if name == tag]


def page(events: Sequence[Event], **more: Any) -> Page:
    return Page(render(events, **more))


@pytest.fixture(scope="module")
def whole() -> Page:
    return page(
        interview(),
        facet_order={"fewer-tickets": ("decision", "customer", "so_what")},
        drills={"so_what": "voicecoach drill so-what"},
    )


# --- one file -----------------------------------------------------------------------------------


def test_the_page_needs_nothing_else(whole: Page) -> None:
    for tag in ("script", "link", "img", "iframe", "object", "base", "form"):
        assert whole.all(tag) == []
    for name, attributes in whole.tags:
        assert not {"src", "href", "srcset", "action", "data"} & attributes.keys(), name
    style = " ".join(text for tag, text in whole.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style
    policies = [a["content"] for a in whole.all("meta") if "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_is_made_for_everybody(whole: Page) -> None:
    assert whole.all("html") == [{"lang": "en"}]
    assert len(whole.all("h1")) == 1
    levels = [int(name[1]) for name, _ in whole.tags if re.fullmatch("h[1-6]", name)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for attributes in whole.all("svg"):
        assert attributes.get("aria-label") or attributes.get("aria-hidden") == "true"
    for attributes in whole.all("th"):
        assert attributes.get("scope") in ("row", "col", "rowgroup")
    ids = [a["id"] for _, a in whole.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert all(a["aria-labelledby"] in ids for a in whole.all("section"))


def test_what_would_lift_an_answer_stands_with_its_question() -> None:
    story = Timeline()
    story.asks(QUESTION)
    judged = score(story.answers(ANSWER), 3.5)
    hint = "You said it fell. Say it again with the twin."
    judged["lift"] = {
        "facets": ["isolation"],
        "to": 4.5,
        "sentence": "A twin lifts it.",
        "hint": hint,
    }
    story.scores(judged)
    shown = page(story.ends(), drills={"isolation": "voicecoach drill counterfactual"}).text
    assert f"What would lift it Isolation A twin lifts it. {hint}" in shown
    assert "Train it: voicecoach drill counterfactual" in shown
    assert "To work on" not in shown


def test_every_facet_has_its_colour_and_its_question() -> None:
    assert set(FACET_QUESTIONS) == set(FACETS)
    style = render([])
    for facet in FACETS:
        assert f".f-{facet} {{ --h:" in style
    for facet in FACETS[1:]:  # the first facet is never the second of two
        assert f".g-{facet} {{ --g:" in style


def _rgb(hue: float, saturation: float, lightness: float) -> tuple[float, float, float]:
    import colorsys

    return colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)


def _luminance(rgb: Sequence[float]) -> float:
    """Relative luminance: WCAG 2.2, definitions."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: Sequence[float], other: Sequence[float]) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _hex(text: str) -> tuple[float, ...]:
    digits = text.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def test_text_has_enough_contrast_in_light_dark_and_print() -> None:
    html = render([])
    hues = [int(h) for h in re.findall(r"--h: (\d+)", html)]
    assert len(hues) == len(FACETS)
    roots = re.findall(r":root \{(.*?)\}", html, re.DOTALL)
    assert len(roots) == 3
    for root in roots:
        value = dict(re.findall(r"--([\w-]+): ([#\w.]+)%?;", root))
        for paper in (_hex(value["paper"]), _hex(value["card"])):
            for ink in ("ink", "soft", "accent", "within", "late"):
                assert _contrast(_hex(value[ink]), paper) >= 4.5, ink
            for hue in hues:
                tag = _rgb(hue, float(value["tag-s"]), float(value["tag-l"]))
                assert _contrast(tag, paper) >= 4.5, hue
        for hue in hues:
            mark = _rgb(hue, float(value["mark-s"]), float(value["mark-l"]))
            assert _contrast(_hex(value["ink"]), mark) >= 4.5, hue


# --- what it tells ------------------------------------------------------------------------------


def test_the_debrief_comes_first(whole: Page) -> None:
    text = whole.text
    assert text.index("Debrief") < text.index("Transcript")
    assert "3.5 of 5, 2.5 before the follow-ups" in text
    # Of the facets at level 2, customer matters most to this question; of those at 0, so what.
    assert "Strongest Customer the receptionists were waiting forty minutes" in text
    assert "To work on So what Advice on so what." in text
    assert "voicecoach drill so-what" in text
    assert "Here is what I heard. Overall, 3.5 out of five." in text


def test_the_transcript_is_whole_and_in_order(whole: Page) -> None:
    text = whole.text
    said = [QUESTION, "You, command: repeat", "Gladly.", "on monday mornings", "You said tickets"]
    places = [text.index(s, text.index("Transcript")) for s in said]
    assert places == sorted(places)
    assert "not understood" in text
    assert "Sorry, I didn't catch that." in text


def test_follow_ups_say_why(whole: Page) -> None:
    assert (
        "Follow-up: counterfactual · resolved after 1 turn · 4 of 5 Asked because: result without"
        " comparison, in your words “tickets fell by thirty percent”. Next in line: decision,"
        " so what."
    ) in whole.text
    assert "Follow-up: sensitivity · abandoned after 2 turns" in whole.text


def test_levels_quotes_and_advice_stand_together(whole: Page) -> None:
    assert (
        "Isolation Was it the change, or something else? ●● 2 of 2 0 before the follow-ups"
        " about a third of the clinics had an old page without the box Advice on isolation."
    ) in whole.text
    assert "○○ 0 of 2 nothing yet Advice on sensitivity." in whole.text


def test_the_page_has_the_coachs_own_figures_and_its_model(whole: Page) -> None:
    assert "Time to first word median 540 ms, p95 940 ms 5 replies" in whole.text
    assert "40%, gate 95%: missed" in whole.text
    assert "Turns per resolved task 1.5 2 tasks" in whole.text
    assert "Heard by the model starter-en : Hears the bundled synthetic voices" in whole.text


def test_the_slowest_replies_are_drawn_and_told_alike(whole: Page) -> None:
    told = [
        label for a in whole.all("svg") if "floor taken" in (label := a.get("aria-label") or "")
    ]
    assert len(told) == 5, "every reply of the interview"
    for label in told:
        assert label.partition(": ")[2] in whole.text
    assert "By turn type command 1 too few 0 of 1" in whole.text


def test_delivery_that_is_not_known_is_not_zero(whole: Page) -> None:
    assert "Fillers per minute not known" in whole.text


@pytest.mark.parametrize(
    ("started", "shown"),
    [
        ({"source": "recordings (synthesised speech)"}, True),
        ({"activity": "demo", "source": "recordings"}, True),
        ({"source": "microphone"}, False),
    ],
)
def test_synthesised_speech_is_labelled(started: dict[str, Any], shown: bool) -> None:
    story = Timeline(**started)
    story.asks(QUESTION)
    assert ("Synthesised speech." in page(story.ends()).text) is shown


# --- evidence in place --------------------------------------------------------------------------


def marked(events: Sequence[Event]) -> list[tuple[str, str]]:
    """Facet and words of each mark, in the order of the transcript."""
    lines = [ln for q in tell(events).questions for t in q.tasks for ln in t.lines]
    return [(m.facet, ln.text[m.start : m.end]) for ln in lines for m in ln.marks]


def test_evidence_is_marked_across_the_answer_and_its_replies() -> None:
    found = dict(marked(interview()))
    assert found["quantified_result"] == "their tickets fell four percent in the same weeks"
    assert found["customer"] == "the receptionists were waiting forty minutes for a reply"
    assert found["isolation"] == "about a third of the clinics had an old page without the box"


def test_replies_judged_alone_are_marked_by_their_own_words() -> None:
    story = Timeline()
    story.asks(QUESTION)
    text = story.answers("it fell by a third")
    story.scores(score(text, 2.0, {"quantified_result": (1, ["fell by a third"])}))
    story.probes("so_what", "So what?")
    reply = story.answers("the nurses got home an hour earlier")
    story.scores(score(reply, None, {"so_what": (2, ["the nurses got home"])}))
    assert marked(story.events) == [
        ("quantified_result", "fell by a third"),
        ("so_what", "the nurses got home"),
    ]


def test_evidence_may_run_over_two_turns() -> None:
    story = Timeline()
    story.asks(QUESTION)
    one = story.answers("i cut the")
    two = story.answers("whole form")
    story.scores(score(f"{one} {two}", 2.0, {"decision": (2, ["cut the whole form"])}))
    assert marked(story.events) == [("decision", "cut the"), ("decision", "whole form")]


def test_words_before_a_command_belong_to_the_answer_and_the_command_does_not() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form | that's my answer", "command", "done")
    story.scores(score("i cut the form", 2.0, {"decision": (1, ["i cut the form"])}))
    (line,) = [ln for ln in tell(story.events).questions[0].task.lines if ln.command]
    assert line.text[: line.answer_chars] == "i cut the form"
    assert marked(story.events) == [("decision", "i cut the form")]


def test_an_answer_begun_again_is_marked_in_the_new_one_only() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("i cut the form")
    story.starts_over("let me start over")
    text = story.answers("well i cut the form")
    story.scores(score(text, 2.0, {"decision": (1, ["i cut the form"])}))
    lines = tell(story.events).questions[0].task.lines
    assert [bool(ln.marks) for ln in lines if ln.speaker == "candidate"] == [False, False, True]


def test_a_quote_at_the_wrong_place_is_found_and_a_wrong_quote_is_not_marked() -> None:
    story = Timeline()
    story.asks(QUESTION)
    text = story.answers("so i cut the form")
    document = score(text, 2.0, {"decision": (1, ["i cut"]), "customer": (1, ["the form"])})
    document["facets"]["decision"]["evidence"][0]["start_char"] = 0
    document["facets"]["customer"]["evidence"][0]["quote"] = "never said"
    story.scores(document)
    assert marked(story.events) == [("decision", "i cut")]
    assert "never said" in page(story.events).text  # still shown as what the judge noted


spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from(FACETS)), max_size=6
)


@given(spans)
def test_overlapping_evidence_never_changes_the_text(found: list[tuple[int, int, str]]) -> None:
    marks = tuple(Mark(min(a, b), max(a, b), facet) for a, b, facet in found if a != b)
    line = Line(0.0, "candidate", "answer", "abcdefghijkl", marks=marks)
    cut = pieces(line)
    assert "".join(text for text, _, _ in cut) == line.text
    start = 0
    for text, facets, ending in cut:
        end = start + len(text)
        for mark in marks:
            assert (mark.facet in facets) or not (mark.start <= start and end <= mark.end)
        assert set(ending) <= set(facets)
        start = end
    ends = {(m.facet, m.end) for m in marks}
    assert sum(len(ending) for _, _, ending in cut) == len(ends)


def test_overlapping_marks_show_both_facets() -> None:
    html = render(interview())
    assert '<mark class="f-decision also g-ownership">i decided to keep it</mark>' in html


# --- half, silent, hostile ----------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_a_session_may_end_anywhere(data: st.DataObject) -> None:
    events = interview()
    cut = events[: data.draw(st.integers(0, len(events) - 1))]
    assert "It broke off" in page(cut, session_id="x").text


def test_words_of_an_unfinished_turn_are_shown() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.speaks("i was just about to say")
    text = page(story.events).text
    assert "You, cut off i was just about to say" in text
    assert "Not rated. It was not answered." in text


def test_a_session_in_which_nobody_spoke() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.nudges()
    story.closes("abandoned")
    text = page(story.ends("no_answer")).text
    assert "Nobody answered, so it ended early." in text
    assert "Nothing was said, so there is nothing to judge." in text
    assert "Time to first word –" in text


def test_an_answer_that_cannot_be_judged() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.scores(score(story.answers("well um"), None, why_not="That was too short to judge."))
    text = page(story.ends()).text
    assert "Not rated. That was too short to judge." in text
    assert "What was shown" not in text


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt; \u202eevil\x00 \ud800 {{ 7*7 }}"
)


def test_hostile_text_stays_text() -> None:
    story = Timeline(activity=HOSTILE, plan=HOSTILE, source=HOSTILE, started=HOSTILE)
    story.asks(HOSTILE, HOSTILE, HOSTILE)
    text = story.answers(HOSTILE)
    document = score(text, 1.0, {"customer": (2, ["<script>alert(1)</script><img"])})
    document["leadership_principles"] = [HOSTILE]
    document["delivery"] = {HOSTILE: 1}
    story.scores(document)
    story.probes(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    story.answers(HOSTILE, "command", HOSTILE)
    story.drill_result("opening", 1, {"customer": {"at_s": 1.0, "quote": HOSTILE}})
    html = render(story.ends(HOSTILE), session_id=HOSTILE, problems=(HOSTILE,))
    found = Page(html)
    assert found.all("script") == []
    assert found.all("img") == []
    assert "49" not in found.text.replace("149", "")
    assert not any(c in html for c in "\u202e\x00\ud800")
    assert "<script>alert(1)</script>" in found.text  # readable, as text
    html.encode("utf-8")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"scorable": True},
        {**score("x", 3.0), "overall": "good"},
        {**score("x", 3.0), "facets": {"isolation": None}},
        {**score("x", 3.0), "facets": []},
        {**score("x", 3.0), "delivery": {"pace": [1]}},
        {**score("x", 3.0), "words": float("inf")},
    ],
)
def test_a_score_that_cannot_be_read_is_none(document: dict[str, Any]) -> None:
    assert read_score(document) is None
    story = Timeline()
    story.asks(QUESTION)
    story.answers(ANSWER)
    story.events.append(AnswerScored(story.now_s, "q1", document))
    assert "Not rated." in page(story.ends()).text


def test_a_score_is_read_as_it_was_written() -> None:
    document = score(REPLY, 4.0, {"isolation": (2, ["about a third"])})
    found = read_score(document)
    assert found is not None
    assert found.to_json() == document


def test_strongest_and_weakest_follow_the_questions_order() -> None:
    found = read_score(score("a b c", 3.0, {"customer": (2, ["a"]), "decision": (2, ["b"])}))
    assert found is not None
    best, worst = strongest_and_weakest(found, ("decision", "so_what"))
    assert (best and best[0], worst and worst[0]) == ("decision", "so_what")
    nothing = read_score(score("a", None, why_not="Too short."))
    assert nothing is not None
    assert strongest_and_weakest(nothing) == (None, None)


# --- drills -------------------------------------------------------------------------------------


def test_an_opening_shows_what_was_heard_when() -> None:
    story = Timeline("opening", "")
    story.opens_round("You have ninety seconds.")
    story.answers("parents gave up and i cut a step")
    found = {
        "customer": {"at_s": 0.0, "quote": "parents gave up"},
        "decision": {"at_s": 45.0, "quote": "i cut a step"},
        "metric": {"at_s": 97.0, "quote": "from sixty to seventy"},
        "cause": None,
    }
    story.drill_result("opening", 1, found)
    shown = page(story.ends())
    assert "The 90-second opening" in shown.text
    assert "Decision, and whose mark 2 0:45 i cut a step" in shown.text
    assert "1:37, after the 90 seconds from sixty to seventy" in shown.text
    assert "Cause or surprise not heard" in shown.text
    assert [c["cx"] for c in shown.all("circle")] == ["0.0%", "50.0%"]


def test_an_opening_that_was_typed_has_no_times() -> None:
    story = Timeline("opening", "", source="text")
    story.opens_round("You have ninety seconds.")
    story.answers("parents gave up")
    story.drill_result("opening", 1, {"customer": {"at_s": None, "quote": "parents gave up"}})
    assert "Customer and problem yes parents gave up" in page(story.ends()).text


def test_a_counterfactual_round_shows_what_was_ruled_out() -> None:
    story = Timeline("drill:counterfactual", "")
    story.opens_round("Sign-ups rose nine percent. What else could explain it?")
    said = story.answers("it was not the holidays | they moved nothing last year")
    story.scores({**score(said, 3.0), "delivery": {"longest_pause_s": 1.5}})
    found = [
        {"name": "the holidays", "answered": True, "how": "moved nothing last year"},
        {"name": "a price cut", "answered": False, "how": ""},
    ]
    story.drill_result("counterfactual", 1, {"alternatives": found, "answered": 1, "goal": 3})
    story.closes()
    story.opens_round("Here is another one.")
    story.says("You ruled out one.", "feedback")
    shown = page(story.ends())
    assert "Drill: counterfactual" in shown.text
    assert "the holidays yes moved nothing last year a price cut no" in shown.text
    assert "0 of 2" not in shown.text, "a round is not blamed for what it does not train"
    assert "To work on" not in shown.text
    assert "Longest pause (s) 1.5" in shown.text
    assert "Other explanations ruled out" not in shown.text, "the round has its own count"
    first, second = tell(story.events).questions
    assert first.task.lines[-1].text == "You ruled out one."
    assert second.task.lines[-1].text == "Here is another one."


# --- timeline -----------------------------------------------------------------------------------


def test_a_strip_shows_speech_and_the_gap_before_the_reply() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.answers("it fell by a third", floor_delay_s=0.56)
    story.says("Okay.", "reply", latency_s=0.04)
    (strip,) = strips(story.events, replies(story.events), 0.0, story.now_s)
    gaps = [b for b in strip.bars if b.what in ("gap", "late")]
    assert [(g.what, g.label.replace("\N{NO-BREAK SPACE}", " ")) for g in gaps] == [
        ("late", "600 ms")
    ]
    assert gaps[0].width == pytest.approx(1.0)  # 0.6 s of 60
    candidate = [b for b in strip.bars if b.what == "candidate"]
    assert gaps[0].left == pytest.approx(candidate[-1].left + candidate[-1].width, abs=0.01)
    assert len(strip.floors) == 1
    assert "silence before the reply: 600" in strip.summary


def test_minutes_of_silence_are_left_out() -> None:
    story = Timeline()
    story.asks(QUESTION)
    story.now_s += 300.0
    story.answers("sorry i was away")
    assert [s.begin_s for s in strips(story.events, (), 0.0, story.now_s)] == [0.0, 300.0]


@settings(deadline=None)
@given(st.floats(0, 80), st.floats(0, 80))
def test_nothing_is_drawn_outside_a_strip(begin_s: float, end_s: float) -> None:
    events = interview()
    for strip in strips(events, replies(events), begin_s, end_s):
        for bar in strip.bars:
            assert bar.width > 0.0 or bar.what in ("gap", "late")
            assert bar.left >= 0.0
            assert bar.left + bar.width <= 100.001


def test_the_same_log_gives_the_same_page() -> None:
    assert render(interview()) == render(interview())
