"""``voicecoach experiment``: what a delay does to your own answers, found out by lot."""

from __future__ import annotations

import argparse
import json
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from voicecoach.errors import UsageError, VoicecoachError

if TYPE_CHECKING:
    from voicecoach.events import DelayAssigned, Event
    from voicecoach.experiment import Design, Observation
    from voicecoach.experiment_effects import Effect
    from voicecoach.experiments import Experiment

WIDTH = 96


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions; without one, the running experiment is told."""
    from voicecoach.cli import practice

    parser.add_argument("--json", action="store_true", help="print one JSON document")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    holding = actions.add_parser("run", help="hold an interview in which some replies are late")
    holding.add_argument("--delay", metavar="TIME", help="to be added, such as 100ms")
    holding.add_argument("--share", metavar="SHARE", help="of the turns, such as 50%% (half)")
    holding.add_argument(
        "--experiment-seed", type=int, metavar="N", help="repeat a drawing of lots"
    )
    practice.add_arguments(holding)
    reporting = actions.add_parser("report", help="end it, and tell what came of it")
    reporting.add_argument("name", nargs="?", help="of an earlier one; else the running or latest")
    reporting.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="as one JSON document"
    )


def run(args: argparse.Namespace) -> int:
    """Do what was asked for."""
    if args.action == "run":
        return _hold(args)
    if args.action == "report":
        return _report(args)
    return _status(args)


# --- run ----------------------------------------------------------------------------------------


def _hold(args: argparse.Namespace) -> int:
    """Hold one session of the running experiment, or the first of a new one.

    Raises:
        UsageError: a delay or a share that cannot be, or another than the running one has.
        VoicecoachError: scipy is missing, without which there would be no result.
    """
    from voicecoach.cli._session import hold_session
    from voicecoach.cli.practice import interview_of
    from voicecoach.experiment_words import described

    if args.text:
        raise UsageError(
            "experiment.typed", "Nobody hears a delay in a typed interview", "Leave out --text"
        )
    _check_scipy()
    design = _design(args)
    drawn = _turns_so_far()
    print(f"Experiment {design.name}: {described(design)}, by lot; {drawn} turns so far.")
    print("Which ones, nobody is told before: voicecoach experiment report\n")
    args.no_acknowledgements = True  # an "okay" before the delay would be the first word
    return hold_session(
        args,
        interview_of(args),
        name="practice",
        plan=args.plan,
        delay_for=_lots(design, drawn),
    )


def _check_scipy() -> None:
    """Find out before an interview, not after it, whether its result can be computed.

    To import it would take a second, and the first question waits for this.

    Raises:
        VoicecoachError: scipy is missing.
    """
    import importlib.util

    from voicecoach.experiment_effects import scipy_missing

    if importlib.util.find_spec("scipy") is None:
        raise scipy_missing()


def _turns_so_far() -> int:
    """Return how many turns of the running experiment have drawn their lot."""
    from voicecoach.experiments import running, turns_drawn

    now = running()
    return 0 if now is None else turns_drawn(now)


def _lots(design: Design, drawn: int) -> Callable[[float, str], DelayAssigned]:
    """Return what draws the lots; the first of an experiment begins it.

    So an interview that cannot be held, for want of a microphone, begins nothing.
    """
    from voicecoach.clock import SystemClock
    from voicecoach.experiment import Lots
    from voicecoach.experiments import begin, running

    lots = Lots(design, drawn)
    known = running() is not None

    def draw(at_s: float, utterance_id: str) -> DelayAssigned:
        nonlocal known
        if not known:
            begin(design, SystemClock().date().isoformat(timespec="seconds"))
            known = True
        return lots(at_s, utterance_id)

    return draw


def _design(args: argparse.Namespace) -> Design:
    """Return the running experiment, or the one that was asked for."""
    import random

    from voicecoach.clock import SystemClock
    from voicecoach.experiment import Design
    from voicecoach.experiments import load_experiments, running

    delay_s = None if args.delay is None else _delay_s(args.delay)
    share = None if args.share is None else _share(args.share)
    now = running()
    if now is not None:
        _check_same(now.design, delay_s, share, args.experiment_seed)
        return now.design
    if delay_s is None:
        raise UsageError(
            "experiment.no_delay",
            "No experiment is running, and to begin one takes a delay",
            "Type: voicecoach experiment run --delay 100ms --share 0.5",
        )
    seed = args.experiment_seed
    seed = seed if seed is not None else random.SystemRandom().randrange(100_000)
    taken = {each.design.name for each in load_experiments()}
    day = f"{SystemClock().date():%Y-%m-%d}"
    names = (day, *(f"{day}-{number}" for number in range(2, len(taken) + 3)))
    name = next(name for name in names if name not in taken)
    return Design(name, delay_s, 0.5 if share is None else share, seed)


def _check_same(
    design: Design, delay_s: float | None, share: float | None, seed: int | None
) -> None:
    """Refuse to change an experiment that has begun."""
    from voicecoach.experiment_words import described

    asked = ((delay_s, design.delay_s), (share, design.share), (seed, design.seed))
    if any(wanted is not None and wanted != given for wanted, given in asked):
        raise UsageError(
            "experiment.running",
            f"The experiment {design.name} is running, with {described(design)}",
            "Go on with it: voicecoach experiment run. Or end it: voicecoach experiment report",
        )


def _delay_s(text: str) -> float:
    """Return the seconds of ``100ms``, ``0.1 s`` or ``100`` (milliseconds)."""
    from voicecoach.experiment import LONGEST_DELAY_S

    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|)\s*", text.lower())
    seconds = float(found[1]) / (1 if found[2] == "s" else 1000) if found else 0.0
    if not 0.0 < seconds <= LONGEST_DELAY_S:
        raise UsageError(
            "experiment.delay",
            f"{text!r} is no delay between 1 ms and {LONGEST_DELAY_S:.0f} s",
            "Write it as 100ms or 0.1s",
        )
    return seconds


def _share(text: str) -> float:
    """Return the share of ``0.5`` or ``50%``, as it can be drawn."""
    from fractions import Fraction

    from voicecoach.experiment import FINEST_SHARE

    found = re.fullmatch(r"\s*(\d*\.?\d+)\s*(%?)\s*", text)
    value = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    share = Fraction(value).limit_denominator(FINEST_SHARE)
    if not 0 < share < 1:
        raise UsageError(
            "experiment.share",
            f"{text!r} is no share of the turns between 5% and 95%",
            "Write it as 0.5 or 50%; a half shows most",
        )
    return float(share)


# --- status -------------------------------------------------------------------------------------


def _status(args: argparse.Namespace) -> int:
    """Tell what is running, and nothing of what was drawn."""
    from voicecoach.experiment_words import described
    from voicecoach.experiments import running

    now, drawn = running(), _turns_so_far()
    if args.json:
        document = None
        if now is not None:
            document = {"experiment": now.design.name, "began": now.began, "turns": drawn}
        print(json.dumps({"running": document}, indent=2))
    elif now is None:
        print(
            "No experiment is running. Begin: voicecoach experiment run --delay 100ms --share 0.5"
        )
    else:
        print(
            f"Experiment {now.design.name}: {described(now.design)}, by lot; {drawn} turns so far."
        )
        print("Go on: voicecoach experiment run. End it: voicecoach experiment report")
    return 0


# --- report -------------------------------------------------------------------------------------


def _report(args: argparse.Namespace) -> int:
    """End the running experiment and tell what came of it, or tell an earlier one again.

    Raises:
        VoicecoachError: scipy is missing, there is no such experiment, or it has no turns.
    """
    from voicecoach.clock import SystemClock
    from voicecoach.experiment import observe
    from voicecoach.experiment_effects import effects
    from voicecoach.experiment_words import summary
    from voicecoach.experiments import end, sessions_of

    _check_scipy()
    experiment = _wanted(args.name)
    design = experiment.design
    sessions = [events for _, events in sessions_of(experiment)]
    observations = observe(sessions, design.name)
    if not observations:
        raise VoicecoachError(
            "experiment.no_turns",
            f"The experiment {design.name} has no turns yet that could be compared",
            "Hold an interview: voicecoach experiment run",
        )
    found = effects(design, observations)
    if not experiment.ended:
        end(design.name, SystemClock().date().isoformat(timespec="seconds"))
    simulated = sum(_is_simulated(events) for events in sessions)
    if args.json:
        document = summary(design, observations, found)
        document["simulated_sessions"] = simulated
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        _print_report(design, observations, found, simulated)
    return 0


def _wanted(name: str | None) -> Experiment:
    """Return the experiment of this name, or the running one, or the latest."""
    from voicecoach.experiments import load_experiments

    known = load_experiments()
    wanted = [each for each in known if each.design.name == name]
    if name is None:
        wanted = [each for each in known if not each.ended] or list(known[-1:])
    if wanted:
        return wanted[0]
    if not known:
        raise VoicecoachError(
            "experiment.none",
            "There was no experiment yet",
            "Begin: voicecoach experiment run --delay 100ms --share 0.5",
        )
    names = ", ".join(each.design.name for each in known)
    raise VoicecoachError("experiment.unknown", f"There is no experiment {name!r}", f"Say {names}")


def _is_simulated(events: Sequence[Event]) -> bool:
    from voicecoach.events import SessionStarted

    return any(e.clock == "virtual" for e in events if isinstance(e, SessionStarted))


def _print_report(
    design: Design, observations: Sequence[Observation], found: Sequence[Effect], simulated: int
) -> None:
    from voicecoach.experiment_words import (
        NOTES,
        TITLES,
        described,
        heard,
        means,
        power,
        reading,
    )
    from voicecoach.figures import count

    sessions = len({o.session for o in observations})
    delayed = sum(o.delayed for o in observations)
    print(f"Experiment {design.name}: {described(design)}, by lot")
    print(
        f"{count(len(observations), 'turn')} in {count(sessions, 'session')}: {delayed} with the "
        f"delay, {len(observations) - delayed} without. It is over."
    )
    _say(heard(design, observations))
    for effect in found:
        print(f"\n{TITLES[effect.outcome]}")
        for line in (means(effect), reading(effect), power(effect)):
            _say(line, "  ")
    print()
    for note in NOTES:
        _say(note)
    if simulated:
        _say(f"{count(simulated, 'session')} ran on a simulated clock: nobody heard those delays.")


def _say(text: str, indent: str = "") -> None:
    if text:
        print(textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent))
