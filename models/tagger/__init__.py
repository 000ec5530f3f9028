"""The recipe of the tagger in ``models/tagger-en``: see README.md."""
