"""A strict reader of YAML files that never loses its place.

A file becomes a tree of `Node`. Whoever reads content asks each node for what it expects
(`Node.mapping`, `Node.texts`, `Node.number`, ...) and gets plain values, or a `ContentError` that
names the file, the line, the place inside the file, and the remedy::

    top = read_yaml(path).mapping(required=("id", "text"), optional=("context",))
    text = top["text"].text()
    levels = top["levels"].texts(one_of=LEVELS)

Scalars are taken as they are written: YAML's guesses (``no`` is false, ``1:30`` is ninety) are a
trap for people who write sentences, so a type is only what the reader asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner

from voicecoach.errors import ContentError

_STR, _SEQ, _MAP = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"
_OWN_TAGS = {None, "", "!", _STR, _SEQ, _MAP}
_KINDS = {
    ScalarNode: "a single value",
    SequenceNode: "a list",
    MappingNode: "a block of keys with values",
}
_NOTHING = {"", "~", "null", "Null", "NULL"}


class _AsWritten:
    """Replaces YAML's resolver, which would guess types from the look of a scalar.

    It is also what makes loading quick: the resolver's regular expressions are most of its cost.
    """

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def check_resolver_prefix(self, depth: int, path: Any, node: Any, index: Any) -> None:
        pass

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        return _STR if kind is ScalarNode else _SEQ if kind is SequenceNode else _MAP


class _PythonLoader(_AsWritten, Reader, Scanner, Parser, Composer):
    """For a PyYAML that was built without libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


_Loader: Any = _PythonLoader
if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _CLoader(_AsWritten, CParser):
        """The same by libyaml, ten times as fast."""

    _Loader = _CLoader


def read_yaml(path: Path) -> Node:
    """Read one file.

    Raises:
        ContentError: the file is missing, unreadable, not UTF-8, not YAML, or empty.
    """
    text = _read_text(path)
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        raise _not_yaml(path, text, error) from error
    except RecursionError as error:
        raise ContentError(
            "content.not_yaml",
            f"{path} nests lists inside lists too deeply",
            "Content needs three or four levels at most",
        ) from error
    if node is None:
        raise ContentError(
            "content.empty", f"{path} is empty", "Write something into it or delete it"
        )
    return Node(path, node, "")


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ContentError(
            "content.missing_file", f"There is no file {path}", "Check the name"
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ContentError(
            "content.unreadable", f"{path} cannot be read: {reason}", "Check what it is"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ContentError(
            "content.not_utf8",
            f"{path}, line {line}: not text in UTF-8",
            'Save it in your editor with the encoding "UTF-8"',
        ) from error


def _not_yaml(path: Path, text: str, error: yaml.YAMLError) -> ContentError:
    what, line = "not understood", 1
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = error.problem or error.context or what
    elif isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        what = "a control character"
    remedy = "Look at the indentation and the quotes there: a text with a colon needs quotes"
    if "but found another document" in what:
        what, remedy = "a second document", "Take out the line ---"
    elif "cannot start any token" in what:
        remedy = "Indent with spaces, not tabs, and put quotes round a text that begins with a sign"
    return ContentError("content.not_yaml", f"{path}, line {line}: not YAML ({what})", remedy)


class Problems:
    """Lets a reader go on after a mistake, so that whoever wrote the file hears of all of them.

    ::

        problems = Problems()
        with problems.noted():
            levels = node.texts(one_of=LEVELS)
        problems.raise_any()
    """

    def __init__(self) -> None:
        self._found: list[ContentError] = []

    def add(self, error: ContentError) -> None:
        """Note a mistake, and those that were found with it."""
        self._found += [error, *error.also]
        error.also = ()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the mistake that ends the block, instead of letting it out."""
        try:
            yield
        except ContentError as error:
            self.add(error)

    def raise_any(self) -> None:
        """Do nothing if all is well.

        Raises:
            ContentError: the first mistake; the others are in its ``also``.
        """
        if self._found:
            first, *others = self._found
            first.also = tuple(others)
            raise first


class Node:
    """A value in a file, with its place.

    Attributes:
        path: the file.
        line: from 1; the line of the key where the value has one.
        place: the way to it inside the file, such as ``questions[2].levels``; '' at the top.
    """

    __slots__ = ("_node", "line", "path", "place")

    def __init__(self, path: Path, node: Any, place: str, key_node: Any = None) -> None:
        self.path = path
        self.place = place
        self.line = int((key_node or node).start_mark.line) + 1
        self._node = node

    def error(self, what: str, remedy: str = "", code: str = "bad_value") -> ContentError:
        """Return, not raise, an error about this value: ``raise node.error("...")``."""
        place = f", {self.place}" if self.place else ""
        return ContentError(
            f"content.{code}", f"{self.path}, line {self.line}{place}: {what}", remedy
        )

    def mapping(
        self,
        required: Collection[str] = (),
        optional: Collection[str] = (),
        problems: Problems | None = None,
    ) -> dict[str, Node]:
        """Return the values by key; exactly these keys are allowed.

        Args:
            required: keys that must be there.
            optional: keys that may be.
            problems: where mistakes in the keys are noted, so that the values of the others can
                still be read; None to raise them.

        Raises:
            ContentError: not a mapping; a key that is unknown, missing, or given twice.
        """
        values = self.entries()
        found = problems or Problems()
        allowed = (*required, *optional)
        for key, value in values.items():
            if key not in allowed:
                found.add(
                    value.error(
                        f"unknown key {key!r}", suggest(key, allowed, "Keys"), "unknown_key"
                    )
                )
        missing = [key for key in required if key not in values]
        if missing:
            keys = ", ".join(missing)
            what = f"missing {'key' if len(missing) == 1 else 'keys'} {keys}"
            found.add(self.error(what, f"Add {keys}", "missing_key"))
        if problems is None:
            found.raise_any()
        return {key: value for key, value in values.items() if key in allowed}

    def entries(self) -> dict[str, Node]:
        """Return the values by key, in the order of the file; any keys are allowed.

        Raises:
            ContentError: not a mapping, or a key that is given twice.
        """
        self._expect(MappingNode)
        values: dict[str, Node] = {}
        for key_node, value_node in self._node.value:
            if not isinstance(key_node, ScalarNode):
                raise Node(self.path, key_node, self.place).error(
                    "a key must be a single word", "Write it as key: value", "wrong_type"
                )
            key = key_node.value
            place = f"{self.place}.{key}" if self.place else key
            if key in values:
                raise Node(self.path, key_node, place).error(
                    f"{key!r} is given twice",
                    f"Keep one of them; the first is on line {values[key].line}",
                    "duplicate_key",
                )
            values[key] = Node(self.path, value_node, place, key_node)
        return values

    def items(self, at_least: int = 0) -> list[Node]:
        """Return the values of a list.

        Raises:
            ContentError: not a list, or one that is too short.
        """
        self._expect(SequenceNode)
        items = [
            Node(self.path, child, f"{self.place}[{number}]")
            for number, child in enumerate(self._node.value, 1)
        ]
        if len(items) < at_least:
            raise self.error(
                f"{len(items)} given, at least {at_least} needed", f"Add {at_least - len(items)}"
            )
        return items

    def text(self, one_of: Collection[str] = (), may_be_empty: bool = False) -> str:
        """Return a text, with runs of white space made single spaces.

        Raises:
            ContentError: not a single value, empty, or none of `one_of`.
        """
        value = " ".join(self._scalar().split())
        if not value and not may_be_empty:
            raise self.error("empty", "Write a text there", "missing_value")
        if one_of and value not in one_of:
            raise self.error(f"{value!r} is not one of those allowed", suggest(value, one_of))
        return value

    def texts(self, at_least: int = 1, one_of: Collection[str] = ()) -> tuple[str, ...]:
        """Return the texts of a list.

        Raises:
            ContentError: not a list of texts, too short, the same text twice, or not of `one_of`.
        """
        texts: dict[str, int] = {}
        problems = Problems()
        for item in self.items(at_least):
            with problems.noted():
                text = item.text(one_of)
                if text in texts:
                    raise item.error(
                        f"{text!r} is there twice",
                        f"Keep one of them; the first is on line {texts[text]}",
                        "duplicate_value",
                    )
                texts[text] = item.line
        problems.raise_any()
        return tuple(texts)

    def number(self, low: float = float("-inf"), high: float = float("inf")) -> float:
        """Return a number from `low` to `high`.

        Raises:
            ContentError: not a number, or outside.
        """
        written = self._scalar()
        try:
            value = float(written)
        except ValueError:
            raise self._not_a("number", written) from None
        if not low <= value <= high:  # also catches nan
            raise self._outside(written, low, high)
        return value

    def integer(self, low: int = -(10**9), high: int = 10**9) -> int:
        """Return a whole number from `low` to `high`.

        Raises:
            ContentError: not a whole number, or outside.
        """
        written = self._scalar()
        try:
            value = int(written)
        except ValueError:
            raise self._not_a("whole number", written) from None
        if not low <= value <= high:
            raise self._outside(written, low, high)
        return value

    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, SequenceNode)

    def is_text(self) -> bool:
        """Whether it is a single value."""
        return isinstance(self._node, ScalarNode)

    def _scalar(self) -> str:
        self._expect(ScalarNode)
        quoted = bool(self._node.style)
        return "" if not quoted and self._node.value in _NOTHING else str(self._node.value)

    def _expect(self, kind: type) -> None:
        if self._node.tag not in _OWN_TAGS:
            raise self.error(
                f"the tag {self._node.tag!r} is not understood", "Take out the word after the !"
            )
        if not isinstance(self._node, kind):
            raise self.error(
                f"this should be {_KINDS[kind]}, and is {_KINDS[type(self._node)]}",
                _HOW_TO_WRITE[kind],
                "wrong_type",
            )

    def _not_a(self, what: str, written: str) -> ContentError:
        return self.error(f"{written!r} is not a {what}", "Write it in digits, without a unit")

    def _outside(self, written: str, low: float, high: float) -> ContentError:
        return self.error(f"{written} is out of range", f"Choose a number from {low:g} to {high:g}")


_HOW_TO_WRITE = {
    ScalarNode: "Write one text or number on the line of its key",
    SequenceNode: "Write each entry on its own line after a hyphen, or all in [brackets]",
    MappingNode: "Write lines of the form key: value, all indented alike",
}


def suggest(given: str, allowed: Iterable[str], what: str = "Allowed") -> str:
    """Return a remedy for a word that is not one of `allowed`: the nearest one, or all of them."""
    from rapidfuzz import fuzz, process  # only needed when something is wrong

    names = sorted(allowed)
    near = process.extractOne(
        given.lower(), names, scorer=fuzz.ratio, processor=str.lower, score_cutoff=65
    )
    if near:
        return f"Perhaps {near[0]!r} is meant"
    return f"{what}: {', '.join(names)}"
