"""How well a model hears voices and texts that it was not made from.

The last stage of the recipe, and a command of its own for any model folder::

    python -m models.recipe.evaluate MODEL --out FOLDER [--human FOLDER] [--sphinx]

Writes ``report.json`` and ``report.md``. The recogniser runs as in a session, fed a tenth of a
second at a time, without the voice detection in front of it (``benchmarks/hearing.py`` measures
both together).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.commands import utterances
from benchmarks.hearing import Counts, of_folder, words_of
from models.recipe.delivery import FILLERS
from models.recipe.held_out import (
    ANSWER,
    COMMAND,
    DISFLUENT,
    HeldOutSettings,
    Item,
    scripts,
    speak_all,
)
from models.recipe.listening import SPHINX, HeardWord, Hearing, listen
from models.recipe.outcomes import CommandCounts, FillerCounts, count_words, sure_and_right
from voicecoach.content.script import load_script
from voicecoach.dialog.commands import CommandMatcher
from voicecoach.errors import VoicecoachError
from voicecoach.scoring.calibration import reliability

SETTINGS = {
    "full": HeldOutSettings(),
    "commands": HeldOutSettings(answers=0, noisy_answers=0, commands=0, words=8),
}
"""What the model of each recipe is asked."""

GRAMMAR = "commands by grammar"


def evaluate(
    work: Path, recipe: str = "full", human: Path | None = None, sphinx: bool = False
) -> dict[str, Any]:
    """Evaluate the model of a recipe's work folder; the report goes into ``evaluation``."""
    return measure(work / "model", work / "evaluation", SETTINGS[recipe], human, sphinx)


def measure(
    model: Path,
    out: Path,
    settings: HeldOutSettings,
    human: Path | None = None,
    sphinx: bool = False,
) -> dict[str, Any]:
    """Evaluate a model.

    Args:
        model: its folder.
        out: for the report, and for the sound under ``sound``, which is kept.
        settings: how much is spoken.
        human: a folder of recordings with ``transcripts.tsv``.
        sphinx: let PocketSphinx listen to the same.

    Returns:
        Every figure, in plain values.
    """
    vocabulary = known_words(model)
    groups = load_script().commands
    wanted = scripts(settings, groups, sorted(vocabulary - FILLERS))
    items = speak_all(wanted, out / "sound", settings.seed, os.cpu_count() or 1)
    if human is not None:
        items += [
            Item(one.path, human.name, one.group, "", tuple(words_of(one.text)))
            for one in of_folder(human)
        ]
    phrases = sorted(phrase for group in groups.values() for phrase in group)
    report = {
        "model": str(model),
        "settings": asdict(settings),
        "sizes": {p.name: p.stat().st_size for p in sorted(model.rglob("*")) if p.is_file()},
        "unknown_words": _unknown(items, vocabulary),
        "vosk": _figures(model, items, phrases, out, CommandMatcher(groups)),
    }
    if sphinx:
        report["pocketsphinx"] = _figures(SPHINX, items, phrases, out, CommandMatcher(groups))
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (out / "report.md").write_text(table(report), "utf-8")
    return report


def known_words(model: Path) -> frozenset[str]:
    """Return the words that a model can hear, without its marks."""
    lines = (model / "graph" / "words.txt").read_text("utf-8").splitlines()
    return frozenset(word for word in (line.split()[0] for line in lines) if word[0].isalnum())


def _unknown(items: Sequence[Item], vocabulary: frozenset[str]) -> dict[str, float]:
    """Return the share of words said that the model cannot know, by kind."""
    said: defaultdict[str, list[bool]] = defaultdict(list)
    for item in items:
        said[item.kind] += [word not in vocabulary for word in item.words]
    return {kind: round(sum(missing) / len(missing), 4) for kind, missing in said.items()}


def _figures(
    model: Path | str,
    items: Sequence[Item],
    phrases: Sequence[str],
    out: Path,
    matcher: CommandMatcher,
) -> dict[str, Any]:
    """Let a recogniser hear everything freely, and the commands by grammar too."""
    free = listen(model, [item.path for item in items], out)
    given = [item for item in items if item.kind == COMMAND]
    figures = {
        "word_errors": word_errors(items, free.words),
        "fillers": fillers(items, free.words),
        "commands": commands(items, free.words, matcher),
        "false_commands": false_commands(items, free.words, matcher),
        "reliability": confidence(items, free.words),
        **_cost(free),
    }
    if given:
        closed = listen(model, [item.path for item in given], out, phrases)
        figures[GRAMMAR] = commands(given, closed.words, matcher)
        figures["real_time_factor_by_grammar"] = round(closed.real_time_factor, 4)
    return figures


def _cost(hearing: Hearing) -> dict[str, Any]:
    return {
        "audio_s": round(hearing.audio_s, 1),
        "real_time_factor": round(hearing.real_time_factor, 4),
        "load_s": round(hearing.load_s, 3),
        "memory_mb": round(hearing.memory_mb),
    }


def word_errors(
    items: Sequence[Item], heard: Sequence[Sequence[HeardWord]]
) -> dict[str, dict[str, Any]]:
    """Return word errors by kind and voice, and for all voices of a kind and room together."""
    groups: defaultdict[str, defaultdict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    for item, words in zip(items, heard, strict=True):
        kind = f"{item.kind}, {item.room}" if item.room else item.kind
        for name in (item.voice, "all"):
            count_words(groups[kind][name], item.words, words)
    return {
        kind: {voice: counts.to_json() for voice, counts in voices.items()}
        for kind, voices in groups.items()
    }


def fillers(items: Sequence[Item], heard: Sequence[Sequence[HeardWord]]) -> dict[str, Any]:
    """Return how fillers were found in hesitant answers, by voice."""
    groups: defaultdict[str, FillerCounts] = defaultdict(FillerCounts)
    for item, words in zip(items, heard, strict=True):
        if item.kind in (ANSWER, DISFLUENT):
            for name in (item.voice, "all"):
                groups[name].add(item.words, [word.text for word in words])
    return {voice: counts.to_json() for voice, counts in groups.items()}


def commands(
    items: Sequence[Item], heard: Sequence[Sequence[HeardWord]], matcher: CommandMatcher
) -> dict[str, Any]:
    """Return how commands were understood, by voice and by room."""
    groups: defaultdict[str, CommandCounts] = defaultdict(CommandCounts)
    for item, words in zip(items, heard, strict=True):
        if item.kind != COMMAND:
            continue
        said = " ".join(item.words)
        text = " ".join(word.text for word in words)
        meant, taken = (matcher.match(phrase, asked=True) for phrase in (said, text))
        for name in (item.voice, item.room, "all"):
            groups[name].add(said, text, meant, taken)
    return {name: counts.to_json() for name, counts in groups.items()}


def false_commands(
    items: Sequence[Item], heard: Sequence[Sequence[HeardWord]], matcher: CommandMatcher
) -> dict[str, Any]:
    """Return how often an utterance of an answer was taken for a command.

    Utterances are parted by pauses, as in a session; a lone word inside an answer is none.
    """
    count = 0
    found = []
    for item, words in zip(items, heard, strict=True):
        if item.kind not in (ANSWER, DISFLUENT):
            continue
        for text in utterances(words):
            count += 1
            name = matcher.match(text) if " " in text else None
            if name is not None:
                found.append(f"{text}: {name}")
    return {"utterances": count, "found": found}


def confidence(
    items: Sequence[Item], heard: Sequence[Sequence[HeardWord]]
) -> dict[str, dict[str, Any]]:
    """Return the reliability curve of the words of each kind."""
    words: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for item, found in zip(items, heard, strict=True):
        words[item.kind] += sure_and_right(item.words, found)
    return {kind: asdict(reliability(pairs)) for kind, pairs in words.items()}


# The table


def table(report: dict[str, Any]) -> str:
    """Return the report to be read: a Markdown table for each question."""
    lines = [f"# {Path(report['model']).name}", ""]
    for name in ("vosk", "pocketsphinx"):
        if name in report:
            lines += [f"## {name}", "", *_errors_table(report[name]["word_errors"])]
            lines += [*_shares_table(report[name]), *_cost_lines(report[name])]
    lines += [*_reliability_table(report["vosk"]["reliability"]), "Words it cannot know: "]
    lines[-1] += "; ".join(f"{k} {share:.1%}" for k, share in report["unknown_words"].items())
    return "\n".join([*lines, ""])


def _errors_table(errors: dict[str, dict[str, Any]]) -> list[str]:
    """Word error rates: a row for each voice, a column for each kind."""
    kinds = list(errors)
    voices = dict.fromkeys(voice for kind in kinds for voice in errors[kind] if voice != "all")
    lines = [
        f"| word errors | {' | '.join(kinds)} |",
        f"|---|{'---|' * len(kinds)}",
    ]
    for voice in [*voices, "all"]:
        cells = [_rate(errors[kind].get(voice)) for kind in kinds]
        lines.append(f"| {voice} | {' | '.join(cells)} |")
    return [*lines, ""]


def _rate(row: dict[str, Any] | None) -> str:
    if row is None or row["word_error_rate"] is None:
        return ""
    return f"{row['word_error_rate']:.1%} of {row['words']}"


def _shares_table(figures: dict[str, Any]) -> list[str]:
    """Fillers and commands, a row for each voice."""
    kinds = [kind for kind in ("commands", GRAMMAR) if figures.get(kind)]
    names = dict.fromkeys(name for kind in [*kinds, "fillers"] for name in figures[kind])
    if not names:
        return []
    columns = [f"{kind}: understood (exact)" for kind in kinds]
    lines = [
        f"| | fillers: precision, recall | {' | '.join(columns)} |",
        f"|---|---|{'---|' * len(columns)}",
    ]
    for name in sorted(names, key=lambda name: name == "all"):
        found = figures["fillers"].get(name)
        cells = ["" if not found else f"{_percent(found['precision'])}, "]
        if found:
            cells[0] += f"{_percent(found['recall'])} of {found['said']}"
        for kind in kinds:
            row = figures[kind].get(name)
            cells.append(
                f"{_percent(row['understood'])} ({_percent(row['exact'])}) of {row['given']}"
                if row
                else ""
            )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _cost_lines(figures: dict[str, Any]) -> list[str]:
    false = figures["false_commands"]
    return [
        f"{figures['audio_s'] / 60:.0f} min of sound at {figures['real_time_factor']:.3f} of one "
        f"core; loaded in {figures['load_s']:.2f} s; at most {figures['memory_mb']} MB of memory.",
        f"{len(false['found'])} false commands in {false['utterances']} utterances of answers.",
        "",
    ]


def _reliability_table(curves: dict[str, dict[str, Any]]) -> list[str]:
    lines = []
    for kind, curve in curves.items():
        if not curve["n"]:
            continue
        lines += [
            f"| confidence, {kind} | words | mean | right |",
            "|---|---|---|---|",
            *(
                f"| {b['low']:.2f} to {b['high']:.2f} | {b['n']} | {b['confidence']:.2f} "
                f"| {b['correct']:.1%} |"
                for b in curve["bins"]
                if b["n"]
            ),
            "",
            f"Expected calibration error: {curve['error']:.3f}",
            "",
        ]
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Evaluate a model folder."""
    parser = argparse.ArgumentParser(prog="evaluate", description=__doc__.split("\n", 1)[0])
    parser.add_argument("model", type=Path, help="folder of a Vosk model")
    parser.add_argument("--out", type=Path, required=True, help="folder for the report and sound")
    parser.add_argument("--recipe", choices=sorted(SETTINGS), default="full")
    parser.add_argument("--human", type=Path, help="recordings, with transcripts.tsv")
    parser.add_argument("--sphinx", action="store_true", help="PocketSphinx beside it")
    parser.add_argument("--voices", nargs="+", help="only these held-out voices")
    chosen = parser.parse_args(arguments)
    settings = SETTINGS[chosen.recipe]
    if chosen.voices:
        settings = replace(settings, voices=tuple(chosen.voices))
    try:
        report = measure(chosen.model, chosen.out, settings, chosen.human, chosen.sphinx)
    except (VoicecoachError, RuntimeError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    print(table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
