"""Answers with labelled thinking pauses, and what the turn policy makes of them."""
