"""What a Python file imports and which impure things it calls, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "voicecoach"

IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "breakpoint"})
"""Built-in functions by which a pure function would touch the world."""

CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
"""Methods of `datetime` and `date` that read the clock."""


@dataclass(frozen=True)
class Import:
    """One imported module.

    Attributes:
        name: dotted; a module of ours is named in full, ``voicecoach.dialog.state``.
        line: where.
        at_start: whether importing the file imports it as well: neither inside a function nor
            only for type checkers.
    """

    name: str
    line: int
    at_start: bool

    @property
    def library(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """One file of the package.

    Attributes:
        name: dotted, without the package's: ``dialog.state``, ``cli``; the package itself is ''.
    """

    name: str
    path: str
    imports: tuple[Import, ...]
    impurities: tuple[str, ...]


def read_package(folder: Path) -> tuple[Module, ...]:
    """Return every module of the package in `folder`, by name."""
    paths = {_module_name(p.relative_to(folder)): p for p in sorted(folder.rglob("*.py"))}
    names = frozenset(paths)
    return tuple(
        read_module(name, path.read_text(encoding="utf-8"), names) for name, path in paths.items()
    )


def read_module(name: str, source: str, names: frozenset[str] = frozenset()) -> Module:
    """Return what `source` imports and calls.

    Args:
        name: of the module.
        names: of all modules of ours, to tell ``from voicecoach import resources`` (a module) from
            ``from voicecoach import __version__``.
    """
    path = f"{PACKAGE}/{name.replace('.', '/')}.py"
    tree = ast.parse(source, path)
    return Module(name, path, tuple(_imports(tree, names, True)), tuple(_impurities(tree)))


def _module_name(path: Path) -> str:
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _imports(node: ast.AST, names: frozenset[str], at_start: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_start)
        elif isinstance(child, ast.ImportFrom):
            if child.level:
                raise SyntaxError(f"line {child.lineno}: relative import; name the module in full")
            for alias in child.names:
                full = f"{child.module}.{alias.name}"
                is_module = full.removeprefix(f"{PACKAGE}.") in names
                yield Import(full if is_module else str(child.module), child.lineno, at_start)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _imports(child, names, False)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            yield from _imports(ast.Module(child.body, []), names, False)
            yield from _imports(ast.Module(child.orelse, []), names, at_start)
        else:
            yield from _imports(child, names, at_start)


def _impurities(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
            yield f"line {node.lineno}: {called.id}()"
        elif isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value)
            if called.attr in CLOCK_CALLS and owner.endswith(("datetime", "date")):
                yield f"line {node.lineno}: {owner}.{called.attr}() reads the clock"
            elif owner == "random" and called.attr != "Random":
                yield f"line {node.lineno}: random.{called.attr}() is not seeded"
