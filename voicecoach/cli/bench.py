"""``voicecoach bench``: how soon the coach speaks, how often too soon, and what it costs."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from voicecoach.errors import DeviceError, UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from voicecoach.bench.run import Wish

SECONDS = 120.0
FAST_SECONDS = 600.0
MOST_S = 4 * 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--gate",
        action="store_true",
        help="exit with 1 unless 95%% of first words come within 300 ms and hardly any answer"
        " is cut",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help=f"of interview (default {SECONDS:.0f}; {FAST_SECONDS:.0f} with --fast)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the first interview")
    parser.add_argument("--fast", action="store_true", help="on a virtual clock: a quick look")
    parser.add_argument(
        "--sound-card",
        action="store_true",
        help="through a virtual sound card, and time what is heard (Linux, PulseAudio)",
    )
    parser.add_argument("--silent", action="store_true", help="play nothing, but take the time")
    parser.add_argument("--output-device", default="", metavar="NAME", help="loudspeaker")
    parser.add_argument("--voice", default="", metavar="NAME", help="the coach's voice")
    parser.add_argument(
        "--no-acknowledgements", action="store_true", help='no quiet "okay" before the reply'
    )
    parser.add_argument("--smart-turn", action="store_true", help="ask Smart Turn, too")
    parser.add_argument("--model", metavar="NAME", help="recogniser model: a name or a folder")
    parser.add_argument(
        "--no-start", action="store_true", help="leave out start-up and recognition"
    )
    parser.add_argument("--hold", metavar="SETUP", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Measure, print, and with ``--gate`` tell what fails."""
    if args.hold:
        return _hold(args.hold)
    wish = _wish(args)
    from voicecoach.bench.document import document, verdict
    from voicecoach.bench.run import measure

    def tell(line: str) -> None:
        print(f"voicecoach: bench: {line}", file=sys.stderr, flush=True)

    bench = measure(wish, tell)
    found = document(bench)
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    failed = verdict(bench) if args.gate else ""
    if failed:
        print(f"voicecoach: {failed}", file=sys.stderr)
    return 1 if failed else 0


def _hold(setup: str) -> int:
    """Be one of the interviews."""
    from voicecoach.bench.session import Setup, hold

    hold(Setup(**json.loads(setup)))
    return 0


def _wish(args: argparse.Namespace) -> Wish:
    """Return what is wanted, checked before anything takes time.

    Raises:
        UsageError: a value that makes no sense, or two that exclude each other.
        DeviceError: there can be no virtual sound card here.
        ModelError: there is no such model.
    """
    seconds = args.seconds
    if seconds is None:
        seconds = FAST_SECONDS if args.fast else SECONDS
    if not 1.0 <= seconds <= MOST_S:
        raise UsageError(
            "usage.bench_seconds",
            f"--seconds {seconds:g} is no length of a bench",
            f"Say 1 to {MOST_S:.0f}",
        )
    if args.fast and args.sound_card:
        raise UsageError(
            "usage.bench_two_clocks",
            "--fast has no sound, and --sound-card is nothing else",
            "Leave out one of them",
        )
    if args.sound_card:
        from voicecoach.bench.soundcard import missing

        if reason := missing():
            raise DeviceError(
                "device.no_virtual_card",
                f"No virtual sound card here: {reason}",
                "Leave out --sound-card, or call script/bench, which installs it",
            )
    from voicecoach.bench.run import Wish
    from voicecoach.models import resolve

    model = resolve(args.model)
    return Wish(
        seconds=seconds,
        seed=args.seed,
        fast=args.fast,
        sound_card=args.sound_card,
        unheard=not (args.fast or args.sound_card) and _unheard(args),
        model=str(model.path) if args.model else None,
        voice=args.voice,
        output_device=args.output_device,
        acknowledgements=not args.no_acknowledgements,
        smart_turn=args.smart_turn,
        start=not args.no_start,
    )


def _unheard(args: argparse.Namespace) -> bool:
    """Whether nothing is to be played, or can be."""
    from voicecoach.audio.devices import choose

    if args.silent:
        return True
    try:
        choose("output", args.output_device)
    except DeviceError:
        if args.output_device:
            raise
        return True
    return False


# --- for people ---------------------------------------------------------------------------------


def _print(found: dict[str, Any]) -> None:
    """Print the figures as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("", "median", "p95", "n", ""):
        table.add_column(name, justify="right" if name in ("median", "p95", "n") else "left")
    _add_times(table, found)
    _add_costs(table, found)
    console = Console(highlight=False)
    console.print(table)
    console.print()
    for limit in found["gate"]["limits"]:
        verdict = "not measured" if limit["met"] is None else "met" if limit["met"] else "missed"
        console.print(f"{limit['name']}: {limit['found']}: {verdict}")
    for line in _remarks(found):
        console.print(line, style="dim")


def _add_times(table: Table, found: dict[str, Any]) -> None:
    ttfw, short_s = found["ttfw_ms"], found["ttfw_ms"]["short_up_to_s"]
    names = {
        "all": "Time to first word",
        "short": f"  commands, replies up to {short_s:.0f} s",
        "long": "  longer answers",
    }
    for key, name in names.items():
        times = ttfw[key]
        share = times["share_within_gate"]
        note = "" if share is None else f"{share:.0%} within {times['gate']['limit_ms']} ms"
        if times["acknowledged"]:
            note += f"; {times['acknowledged']} of them an acknowledgement"
        table.add_row(name, *_cells(times), note)
    for key, name in (("short", "Floor taken, short"), ("long", "Floor taken, long")):
        table.add_row(name, *_cells(found["floor_taken_ms"][key]))
    latency = found["response_latency_ms"]
    table.add_row("Response latency", *_cells(latency))
    for name, times in latency["parts"].items():
        table.add_row(f"  {name}", *_cells(times))
    for key, name in (("pauses", "Pauses cut"), ("answers", "Answers cut")):
        rate = found["false_cut_ins"][key]
        table.add_row(name, _percent(rate["rate"]), "", str(rate["of"]))
    over = found["acknowledgements"]["over_speech_of_pauses"]
    table.add_row("Acknowledgements over speech", _percent(over["rate"]), "", str(over["of"]))
    clocks = found["clocks_ms"]
    for key, name in (
        ("speech_end", "Speech end in the log, late by"),
        ("first_word", "First word in the log, off by"),
        ("ttfw", "Time to first word in the log, off by"),
    ):
        times = clocks[key]["size"]
        if times["n"]:
            note = (
                f"{clocks[key]['within']['rate']:.0%} within {clocks[key]['within']['limit_ms']} ms"
            )
            table.add_row(name, *_cells(times), note)


def _add_costs(table: Table, found: dict[str, Any]) -> None:
    listening = found["listening"]
    cpu, memory = listening["cpu_of_one_core"], listening["peak_memory_mb"]
    table.add_row(
        "Listening, share of one core", _percent(cpu["p50"]), _percent(cpu["p95"]), str(cpu["n"])
    )
    table.add_row("Peak memory", *(_mb(memory[k]) for k in ("p50", "max")), str(memory["n"]))
    voice = listening["voice_memory_mb"]
    if voice["n"]:
        table.add_row("  the voice's", *(_mb(voice[k]) for k in ("p50", "max")), str(voice["n"]))
    for key, name in (("help", "--help"), ("first_word", "Start to first word")):
        if found["start_ms"][key]["n"]:
            table.add_row(name, *_cells(found["start_ms"][key]))
    factor = found["recognition_real_time_factor"]
    if factor["n"]:
        cells = (f"{factor['p50']:.3f}", f"{factor['p95']:.3f}", str(factor["n"]))
        table.add_row("Recognition, of real time", *cells)


def _remarks(found: dict[str, Any]) -> list[str]:
    """Say what has to be known before these figures are believed."""
    setup, machine = found["setup"], found["machine"]
    lines = []
    if setup["clock"] == "virtual":
        lines.append("On a virtual clock: nobody heard these delays, and CPU counts all work.")
    elif not setup["loudspeaker"]:
        lines.append("Nothing was played, so the output's own delay is not in these figures.")
    if setup["stuttered"]:
        lines.append(
            f"{setup['stuttered']} recordings were played with gaps: the machine was too busy, and"
            " these figures are not to be trusted."
        )
    if setup["recordings"]:
        lines.append(f"The candidate: {setup['recordings']}. People pause differently.")
    load = "" if machine["load"] is None else f", load {machine['load']:g}"
    lines.append(
        f"{setup['turns']} turns in {setup['interviews']} interviews; {machine['platform']},"
        f" {machine['cores']} cores{load}; Python {machine['python']},"
        f" voicecoach {machine['voicecoach']}, {machine['model']}, {machine['voice']}."
    )
    return lines


def _cells(times: dict[str, Any]) -> tuple[str, str, str]:
    return _ms(times["p50"]), _ms(times["p95"]), str(times["n"])


def _ms(value: float | None) -> str:
    from voicecoach.figures import milliseconds

    return milliseconds(None if value is None else value / 1000.0)


def _mb(value: float | None) -> str:
    from voicecoach.figures import NOTHING

    return NOTHING if value is None else f"{value:.0f} MB"


def _percent(share: float | None) -> str:
    from voicecoach.figures import NOTHING

    return NOTHING if share is None else f"{share:.1%}"
