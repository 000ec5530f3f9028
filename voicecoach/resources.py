"""Where the files that ship with voicecoach are, and where the user's files belong.

In a wheel the content lies in ``voicecoach/data``; in a checkout it lies at the top.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "data"
_CHECKOUT = _PACKAGE.parent


def prompts_dir() -> Path:
    """The folder with the YAML content."""
    return _DATA / "prompts" if _DATA.is_dir() else _CHECKOUT / "prompts"


def models_dir() -> Path:
    """The folder with the model catalogue and the starter model."""
    return _DATA / "models" if _DATA.is_dir() else _CHECKOUT / "models"


def demo_dir() -> Path:
    """The folder with the recorded candidate of the demo."""
    return _DATA / "demo" if _DATA.is_dir() else _CHECKOUT / "tests" / "data" / "demo"


def user_data_dir() -> Path:
    """The user's folder for sessions and models; ``VOICECOACH_HOME`` overrides the system's."""
    home = os.environ.get("VOICECOACH_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir("voicecoach", appauthor=False))


def user_cache_dir() -> Path:
    """The user's folder for what can be made again, such as rendered speech."""
    home = os.environ.get("VOICECOACH_HOME")
    if home:
        return Path(home) / "cache"
    return Path(platformdirs.user_cache_dir("voicecoach", appauthor=False))
