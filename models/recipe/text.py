"""The text stage: what is to be spoken for training, and what the language model learns from.

Sources are the content of this repository (questions, probes, phrases, drills, commands, and the
answers of the recordings that its tests are made of), sentences from the templates beside this
module, and random words, so that the acoustic model meets every sound in every neighbourhood.
Texts that are kept for judging are never read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from models.recipe.grammar import Grammar, load_grammar
from models.recipe.lexicon import FILLERS, load_lexicon
from models.recipe.spoken import DAYS, MONTHS, RANDOM_NUMBERS, cardinal, digits, ordinal, sentences

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).parent / "templates"
_ANSWERS = ROOT / "tests" / "data" / "answers.yaml"
Sentence = list[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOT_SPOKEN = _words(
    "id levels type principles facets probes resolves target_s rounds voice engine name file kind "
    "expected question_type features rate seconds"
)


@dataclass(frozen=True)
class TextSettings:
    """How much text is written, and of which kind."""

    seed: int = 20
    words: str = "all"
    """"all", or "commands" for the small text of a quick try."""
    train_lines: int = 22_000
    template_lines: int = 60_000
    vocabulary: int = 11_000
    filler_share: float = 0.30
    command_share: float = 0.08
    number_share: float = 0.05
    random_share: float = 0.27
    bank_share: float = 0.16


def write_text(folder: Path, settings: TextSettings | None = None) -> None:
    """Write train.tsv, sentences.txt and vocabulary.txt into a folder; same seed, same text."""
    settings = settings or TextSettings()
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(settings.seed)
    if settings.words == "commands":
        train, corpus, vocabulary = _command_text(rng)
    else:
        train, corpus, vocabulary = _whole_text(rng, settings)
    numbered = (f"t{i:05d}\t{' '.join(words)}" for i, words in enumerate(train))
    _write_lines(folder / "train.tsv", numbered)
    _write_lines(folder / "sentences.txt", (" ".join(words) for words in corpus))
    _write_lines(folder / "vocabulary.txt", sorted(vocabulary))


def bank() -> list[Sentence]:
    """Return every sentence of the repository's content that is meant to be spoken or learnt."""
    texts: list[str] = []
    for path in sorted((ROOT / "prompts").rglob("*.yaml")):
        if "rubric" not in path.parts and path.name != "commands.yaml":
            texts.extend(_strings(yaml.safe_load(path.read_text(encoding="utf-8"))))
    recordings = yaml.safe_load(_ANSWERS.read_text(encoding="utf-8"))["recordings"]
    texts += [recording["text"] for recording in recordings if "text" in recording]
    known = load_lexicon()
    found = (words for text in texts for words in sentences(text))
    return [words for words in found if all(word in known for word in words)]


def prose() -> list[Sentence]:
    """Return sentences of the repository's documents.

    The own text has no part in them, so they tell what it is worth beside general English.
    """
    paths = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
    texts = (_MARKDOWN.sub(" ", path.read_text(encoding="utf-8")) for path in paths)
    return [words for text in texts for words in sentences(text) if len(words) > 4]


_MARKDOWN = re.compile(r"```.*?```|`[^`]*`|\|[^\n]*|https?\S+|<[^>]*>", re.DOTALL)
"""Code, tables and addresses in a document."""


def commands() -> list[Sentence]:
    """Return every wording of every spoken command."""
    content = yaml.safe_load((ROOT / "prompts" / "commands.yaml").read_text(encoding="utf-8"))
    return [wording.split() for wordings in content.values() for wording in wordings]


def frequent_words() -> list[str]:
    """Return the words of general English that have a pronunciation, the most frequent first."""
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path()) / "en-us" / "en-us.lm.bin"
    model = pocketsphinx.NGramModel.readfile(str(path))
    lexicon = load_lexicon()
    plain = (word for word in lexicon if word.replace("'", "").isalpha() and word[0].isalpha())
    scored = ((model.prob([word]), word) for word in plain)
    ranked = sorted(scored, reverse=True)
    return [word for score, word in ranked if score > _ABSENT and word not in _NOT_WORDS]


_ABSENT = -500_000_000
"""pocketsphinx gives a word that its model lacks less than this."""


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts in a tree of content, leaving out names and settings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_SPOKEN:
                yield from _strings(item)


def _whole_text(
    rng: random.Random, settings: TextSettings
) -> tuple[list[Sentence], list[Sentence], set[str]]:
    grammar = load_grammar(TEMPLATES)
    own = bank()
    orders = commands()
    business = (Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").split()
    frequent = frequent_words()
    templates = [grammar.sentence(rng).split() for _ in range(settings.template_lines)]
    train = _train(rng, settings, own, orders, grammar, frequent, business)
    corpus = [
        hesitate(words, rng) if rng.random() < settings.filler_share else words
        for words in templates + own * 3
    ]
    corpus += own + [words for words in orders for _ in range(20)]
    corpus += [number(rng) for _ in range(settings.template_lines // 20)]
    rng.shuffle(corpus)
    vocabulary = {word for words in [*words_of(grammar), *own, *orders, *corpus] for word in words}
    vocabulary |= {*_SPOKEN_ALWAYS, *business}
    for word in frequent:
        if len(vocabulary) >= settings.vocabulary:
            break
        vocabulary.add(word)
    return train, corpus, vocabulary


def _train(
    rng: random.Random,
    settings: TextSettings,
    own: list[Sentence],
    orders: list[Sentence],
    grammar: Grammar,
    frequent: list[str],
    business: list[str],
) -> list[Sentence]:
    """Mix the lines that are to be spoken, in shuffled order."""
    lines = settings.train_lines
    mixed = [rng.choice(orders) for _ in range(int(lines * settings.command_share))]
    mixed += [number(rng) for _ in range(int(lines * settings.number_share))]
    dealt = list(dict.fromkeys([*business, *frequent[:_DEALT]]))
    mixed += spread(dealt, frequent[:_COMMON], int(lines * settings.random_share), rng)
    pieces = [piece for words in own for piece in cut(words, rng)]
    rng.shuffle(pieces)
    wanted = int(lines * settings.bank_share)
    mixed += (pieces * (wanted // len(pieces) + 1))[:wanted]
    while len(mixed) < lines:
        words = grammar.sentence(rng).split()
        mixed += [piece for piece in cut(words, rng) if len(piece) > 2]
    mixed = mixed[:lines]
    spoken = [
        hesitate(words, rng) if len(words) > 2 and rng.random() < settings.filler_share else words
        for words in mixed
    ]
    rng.shuffle(spoken)
    return spoken


def hesitate(words: Sentence, rng: random.Random) -> Sentence:
    """Return a sentence as somebody says it who thinks while speaking.

    One to three fillers, mostly at the start or before a word that begins a new thought; at times
    a word is said twice, or the first words are begun again.
    """
    said = list(words)
    if len(said) > 4 and rng.random() < 0.15:
        at = rng.randrange(len(said) - 2)
        said[at:at] = said[at : at + rng.choice((1, 1, 2))]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        thoughts = [at for at, word in enumerate(said) if word in _NEW_THOUGHTS]
        kind = rng.random()
        if kind < 0.4:
            at = 0 if said[0] not in _NEW_THOUGHTS else 1
        elif kind < 0.75 and thoughts:
            at = rng.choice(thoughts) + rng.randint(0, 1)
        else:
            at = rng.randint(0, len(said))
        beside = said[max(at - 1, 0) : at + 1]
        if not any(word in FILLERS for word in beside) or rng.random() < 0.1:
            said.insert(at, rng.choices(FILLERS, (48, 42, 5, 3, 2))[0])
    return said


_NEW_THOUGHTS = _words(
    "so and but because when if then that which after before about the a to for with by from we i"
)


def cut(words: Sentence, rng: random.Random, longest: int = 19) -> list[Sentence]:
    """Return a sentence in pieces of at most `longest` words."""
    pieces = []
    while len(words) > longest:
        at = rng.randint(longest // 2, longest - 3)
        pieces.append(words[:at])
        words = words[at:]
    return [*pieces, words]


def number(rng: random.Random) -> Sentence:
    """Return digits, or a number of some kind, as one reads it out."""
    kind = rng.random()
    if kind < 0.4:
        return digits(rng).split()
    names = rng.sample(sorted(RANDOM_NUMBERS), rng.randint(2, 3))
    return " ".join(RANDOM_NUMBERS[name](rng) for name in names).split()


def spread(words: list[str], common: list[str], count: int, rng: random.Random) -> list[Sentence]:
    """Return lines of random words: in 60 places of 100 all `words` in turn, else common ones.

    So every pair of sounds that occurs within words does occur in training.
    """
    turns = _deal(words, rng)
    return [
        [
            next(turns) if rng.random() < 0.6 else rng.choice(common)
            for _ in range(rng.randint(5, 11))
        ]
        for _ in range(count)
    ]


_DEALT, _COMMON = 15_000, 600
"""How many of the most frequent words take turns, and how many count as common."""


def _deal(words: list[str], rng: random.Random) -> Iterator[str]:
    while True:
        hand = list(words)
        rng.shuffle(hand)
        yield from hand


def words_of(grammar: Grammar) -> Iterator[Sentence]:
    """Yield the words that the templates can say, a pattern or entry at a time."""
    for pattern in (*grammar.patterns, *(e for entries in grammar.slots.values() for e in entries)):
        yield re.findall(r"[a-z']+", re.sub(r"\{\w+\}", " ", pattern))


_SPOKEN_ALWAYS = tuple(
    word
    for text in (
        *(cardinal(n) for n in range(100)),
        *(ordinal(n) for n in range(1, 32)),
        "hundred thousand million billion point oh percent half third quarter thirds quarters",
        *MONTHS,
        *DAYS,
        *FILLERS,
    )
    for word in text.split()
)
_NOT_WORDS = _words(
    "uhh umm ah's huh's mm's ya gonna's fuck fucking fucked fucker fuckin fucks motherfucker shit "
    "shits shitty bullshit bitch bitches asshole assholes cunt cock cocks dick pussy whore whores "
    "slut sluts nigger niggers nigga niggas faggot faggots fag fags dyke tits cum porn rape raped "
    "rapist bastard bastards piss pissed jerk goddamn goddamned dammit crap damn damned ass "
    "hell's sexy naked nude dicks cocksucker motherfuckers motherfucking shithead dumbass bitch's "
    "fuck's retard retarded orgasm penis vagina semen erection blowjob prick wanker bollocks "
    "hooker hookers"
)
"""Left out of what is taken from general English: doubles of fillers, and what no interviewer says.

A recogniser that mishears must not put an insult into somebody's mouth.
"""


def _command_text(rng: random.Random) -> tuple[list[Sentence], list[Sentence], set[str]]:
    """Return a small text of about thirty words, for a try of the whole recipe in minutes."""
    orders = [words for words in commands() if set(words) <= _FEW_WORDS]
    single = [[word] for word in sorted(_FEW_WORDS)]
    train = [
        [word for words in rng.choices([*orders, *single], k=rng.randint(1, 3)) for word in words]
        for _ in range(400)
    ]
    return train, [*orders, *single] * 3, set(_FEW_WORDS)


_FEW_WORDS = _words(
    "repeat the question please say that again slower slow down next skip this hint a give me "
    "pause resume continue stop interview help yes no i'm done ready one more time"
)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
