"""Judging an answer: facets with evidence, gates, overall, delivery, and what to ask next. Pure."""
