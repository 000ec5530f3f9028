"""``voicecoach doctor``: is everything in place?"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicecoach.doctor import Check


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``voicecoach doctor``."""
    parser.add_argument("--model", metavar="NAME", help="recogniser model: a name or a folder")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Try everything and say how it went; 1 when something needed is missing."""
    import dataclasses
    import json

    from voicecoach.doctor import FAIL, WARN, examine

    checks: list[Check] = []
    for check in examine(args.model):
        checks.append(check)
        if not args.json:
            _show(check)
    failed = sum(check.status == FAIL for check in checks)
    if args.json:
        document = {"ok": not failed, "checks": [dataclasses.asdict(check) for check in checks]}
        print(json.dumps(document, indent=2))
    elif failed:
        print(f"\n{failed} of {len(checks)} need mending before you can practise aloud.")
    elif any(check.status == WARN for check in checks):
        print("\nYou can practise; see the warnings.")
    else:
        print("\nAll is well.")
    return 1 if failed else 0


def _show(check: Check) -> None:
    """Print one result at once: some trials take a second."""
    print(f"{check.status:<5} {check.name}: {check.detail.rstrip('.')}.", flush=True)
    if check.remedy:
        print(f"      {check.remedy.rstrip('.')}.", flush=True)
