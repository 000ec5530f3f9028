"""The recipe of the starter model: from text and synthesised speech to a folder that Vosk loads.

``python -m models.recipe --help`` runs it; ``models/recipe/README.md`` tells what it does and why.
Nothing in ``voicecoach`` imports it, and its libraries are a dependency group of their own.
"""
