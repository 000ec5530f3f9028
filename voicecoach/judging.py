"""Judges labelled answers, a few in this process and many on all cores."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence

from voicecoach.content.rubric import load_rubric
from voicecoach.errors import VoicecoachError
from voicecoach.scoring.evaluation import LabelledAnswer
from voicecoach.scoring.score import score
from voicecoach.scoring.types import Answer, Score
from voicecoach.workers import work_in_order

_CHUNK = 16
_SMALL = 150
"""Answers that are judged before a second process has started and read its rubric."""

_Texts = Sequence[tuple[str, str]]


def judge_all(
    labelled: Sequence[LabelledAnswer], *, tagged: bool = True, jobs: int = 1
) -> list[Score]:
    """Return the judgement of each answer.

    Args:
        labelled: the labels are not looked at.
        tagged: whether there is a second reader beside the cues.
        jobs: processes at most.

    Raises:
        VoicecoachError: workers were ended from outside, as a machine short of memory does.
    """
    texts = [(answer.text, answer.question) for answer in labelled]
    chunks = [texts[i : i + _CHUNK] for i in range(0, len(texts), _CHUNK)]
    work = work_in_order(
        functools.partial(_judge, tagged), chunks, jobs if len(texts) > _SMALL else 1, _lost
    )
    with contextlib.closing(work):
        return [judgement for chunk in work for judgement in chunk]


def _lost(texts: _Texts) -> list[Score]:
    raise VoicecoachError(
        "evaluate.lost",
        f"The process that judged {len(texts)} of the answers was ended from outside",
        "Try again with --jobs 1",
    )


def _judge(tagged: bool) -> Callable[[_Texts], list[Score]]:
    rubric = load_rubric(tagged=tagged)
    return lambda texts: [score(Answer(text), question, rubric) for text, question in texts]
