"""What of the recipe's means this machine has."""

from importlib.util import find_spec

OPENFST = find_spec("pywrapfst") is not None
"""Whether OpenFst for Python is there. Found without importing it: it must not meet Vosk."""
