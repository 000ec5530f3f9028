"""The coach measured from outside: interviews with the recorded candidate, and what they cost."""
