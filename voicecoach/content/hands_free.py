"""Reads what is said in a hands-free session besides: ``prompts/hands-free.yaml``."""

from __future__ import annotations

from pathlib import Path

from voicecoach import resources
from voicecoach.content.texts import refuse_twice, utterance, wordings
from voicecoach.content.yamlfile import Node, read_yaml
from voicecoach.dialog.lobby import BORROWED, LOBBY_PHRASES, OWN_COMMANDS, LobbyScript
from voicecoach.dialog.script import Script


def load_lobby(script: Script, path: Path | None = None) -> LobbyScript:
    """Read the file.

    Args:
        script: of the interviews; what it has for the same purpose is understood as well.
        path: of another file than the one that ships with voicecoach.

    Raises:
        ContentError: it is missing, or says something that we do not understand.
    """
    top = read_yaml(path or resources.prompts_dir() / "hands-free.yaml")
    keys = top.mapping(required=("commands", "phrases"))
    own: dict[str, tuple[str, ...]] = {}
    seen: dict[str, Node] = {}
    for name, node in keys["commands"].mapping(required=OWN_COMMANDS).items():
        for item in node.items(at_least=1):
            refuse_twice(utterance(item), item, seen)
        own[name] = node.texts()
    commands = {
        name: own.get(name, ()) + tuple(p for group in groups for p in script.commands[group])
        for name, groups in BORROWED.items()
    }
    return LobbyScript(commands, wordings(keys["phrases"], LOBBY_PHRASES), script.drills)
