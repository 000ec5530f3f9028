"""Keeps apart what must not meet in the process of these tests."""

import sys

import pytest


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Refuse OpenFst for Python in a process that loads Vosk.

    Both carry OpenFst, in versions of their own whose symbols the loader makes one. What comes of
    it is a crash in some later test, or none: so it is told here, where it is begun.
    """
    met = {"_pywrapfst", "vosk"} & sys.modules.keys()
    if len(met) == 2:
        pytest.exit(f"{item.nodeid} ran with OpenFst for Python and Vosk in one process", 3)
