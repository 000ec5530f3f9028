"""An offline, voice-first mock interviewer for product managers."""

__version__ = "0.1.0"
