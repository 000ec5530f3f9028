"""A real conversation through a virtual sound card: what a listener hears, and what it costs.

The program runs as a user would run it, on PulseAudio null sinks; recordings are played into its
microphone, and what comes out of its loudspeaker is timed on the recorder's clock. Linux only.

    python -m benchmarks.live [--runs 3] [ARGUMENTS OF practice ...]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.test_live import cut_at_the_last_word
from voicecoach.bench.soundcard import Conversation, Recorder, SoundCard, converse
from voicecoach.metrics import compute, percentile
from voicecoach.replies import replies
from voicecoach.store import read_events

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """CPU time and memory of the program, sampled on the recorder's clock."""

    samples: list[tuple[float, float]] = field(default_factory=list)  # (when, CPU seconds)
    peak_mb: float = 0.0

    def share(self, start_s: float, end_s: float) -> float:
        """CPU seconds for each second between two moments."""
        inside = [s for s in self.samples if start_s <= s[0] <= end_s]
        (a_s, a), (b_s, b) = inside[0], inside[-1]
        return (b - a) / (b_s - a_s)


def watch(recorder: Recorder, cost: Cost, stop: threading.Event) -> None:
    """Sample the program until told to stop."""
    while not stop.wait(0.25):
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
                if b"voicecoach" not in command or b"practice" not in command:
                    continue
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                status = (entry / "status").read_text()
            except (OSError, IndexError):
                continue
            cpu_s = (int(fields[11]) + int(fields[12])) / TICKS
            cost.samples.append((recorder.now_s, cpu_s))
            peak_kb = int(status.split("VmHWM:")[1].split()[0])
            cost.peak_mb = max(cost.peak_mb, peak_kb / 1024)


def hold(events: Path, arguments: list[str]) -> tuple[Conversation, Cost, float]:
    """Hold one conversation; return it, what it cost, and when its first sound came."""
    command = [sys.executable, "-m", "voicecoach", "practice", "--events", str(events)]
    with SoundCard() as card:
        cost, stop = Cost(), threading.Event()
        watcher = threading.Thread(target=watch, args=(card.recorder, cost, stop))
        watcher.start()
        begun_s = card.recorder.now_s
        answers = cut_at_the_last_word(events.parent)
        held = converse(card, [*command, *arguments], answers)
        stop.set()
        watcher.join()
    return held, cost, held.speech[0].start_s - begun_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    args, arguments = parser.parse_known_args()
    arguments = arguments or ["--plan", "quick", "--seed", "5"]
    heard, told, starts, costs, peaks, latencies, cut_ins = [], [], [], [], [], [], 0
    for run in range(args.runs):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["VOICECOACH_HOME"] = os.environ.get("VOICECOACH_HOME", folder)
            events = Path(folder) / "events.jsonl"
            held, cost, start_s = hold(events, arguments)
            record = read_events(events)
        if held.exit_status != 0:
            print(held.output)
            sys.exit(f"run {run + 1}: the program ended with status {held.exit_status}")
        cut_ins += held.cut_ins
        heard += [gap for gap in held.gaps if gap is not None]
        told += [r.ttfw_s for r in replies(record.events) if r.ttfw_s is not None]
        starts.append(start_s)
        costs += [cost.share(r.answer.start_s, r.answer.end_s) for r in held.replies]
        peaks.append(cost.peak_mb)
        latencies.append(compute(record.events).response_latency)
        figures = json.dumps({k: round(v, 3) for k, v in (("first sound s", start_s),)})
        print(f"run {run + 1}: {figures} gaps {[round(g, 2) for g in held.gaps if g]}")
        time.sleep(1.0)
    differences = [b - a for a, b in zip(heard, told, strict=False)]
    print(f"first sound after the start   {_spread(starts)}")
    print(f"silence heard after an answer {_spread(heard)}")
    print(f"the program's own account     {_spread(told)}")
    print(f"difference of the two         {_spread(differences)}")
    print(f"response latency, p95 a run   {_spread([v.p95_s for v in latencies if v.p95_s])}")
    print(f"false cut-ins                 {cut_ins} of {len(heard) + cut_ins}")
    print(f"CPU of one core, listening    {_spread(costs, 1)}")
    print(f"peak memory                   {max(peaks):.0f} MB")
    load = subprocess.run(["uptime"], capture_output=True, text=True, check=False).stdout.strip()
    print(load)


def _spread(values: list[float], scale: float = 1.0) -> str:
    if not values:
        return "n = 0"
    middle, high = (percentile(values, p) for p in (50, 95))
    assert middle is not None
    assert high is not None
    return f"median {middle * scale:.3f}, p95 {high * scale:.3f}, n = {len(values)}"


if __name__ == "__main__":
    main()
