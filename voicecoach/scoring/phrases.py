"""Where a noun phrase begins and ends, told from closed word classes alone.

There is no part-of-speech tagger here: a recogniser's text has no punctuation and has errors, so a
phrase is walked word by word and ends at what can't belong to it (conjunctions, pronouns, verbs
that everyone uses, marks). Where that leaves doubt, the answer is no phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from voicecoach.scoring.marked import Item
from voicecoach.word_sets import word_set

DETERMINERS = word_set(
    "the a an our my their his her its your this that these those each every both all overall",
)
PREPOSITIONS = word_set(
    "of for in at on per with among by between across within without to from about",
)
PRONOUNS = word_set(
    "it they that this we i you he she ours theirs mine which who everyone everybody nobody these",
    "else those them us him me it's that's they're we're there",
)
_AUXILIARIES = word_set(
    "had has have been was were is are also then just only even really actually basically simply",
    "still already quickly slowly probably finally eventually only hardly barely never not didn't",
    "hadn't haven't hasn't wasn't did more again almost nearly has've suddenly immediately",
    "gradually consistently than roughly could can all both each together would will got",
)
BREAKS = word_set(
    "and or but so because when where if while although though then than as after before until",
    "since once whereas until what how why yes no okay well anyway plus unless except whether",
    "around over under into out off up down back through during like instead also said say",
    "says think thought know knew mean guess was were is are am be been being had has have did do",
    "does done went put saw see seen made make ran found find looked gave give took left",
    "told asked ask wanted want got get kept keep let set said tried used started",
    "stopped shipped launched released rolled built fixed introduced switched turned changed",
    "rewrote redesigned deployed wrote read meant would could should might will can can't didn't",
    "don't doesn't wasn't weren't isn't aren't couldn't wouldn't won't i'd we'd they'd he'd she'd",
    "i've we've they've i'm we're here now meanwhile obviously not sold bought called held spent",
    "later earlier ago afterwards",
    "noticed noticing showed show shows saying paid pay rather broke began became bit blew brought",
    "caught chose dealt dug drew drank drove fed felt fought flew forgot froze heard hid hung",
    "knelt",
    "laid led lent lit met quit rang rode sat sent shook shut slept spoke stood stole stuck struck",
    "taught tore threw understood wore won gives sends needs means happens happened came leaves",
)
VERBS = word_set(
    "put saw made ran found looked gave took left told asked wanted kept let tried used started",
    "stopped shipped launched released rolled built fixed introduced switched turned changed",
    "rewrote",
    "redesigned deployed wrote read bought called held spent noticed showed paid broke began",
    "became",
    "blew brought caught chose dealt drew drove felt forgot heard laid led lit met quit rang sent",
    "shut stood stuck taught tore threw won went got had did",
)
_TIMES = word_set(
    "week weeks month months quarter year years day days night morning afternoon evening today",
    "yesterday time launch monday tuesday wednesday thursday friday saturday sunday january",
    "february",
    "march april june july august september october november december spring summer autumn fall",
    "winter christmas easter",
)
_WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_TIMES_AS_ADJECTIVES = word_set(
    "night day days morning afternoon evening weekend summer winter spring launch time holiday",
)
_SELECTS = word_set("that this last next first second third same each every following previous")
_OBJECT_OF = word_set(
    "after before during since until around over under into through than as",
)
_PARTICIPLE_FOLLOWS = word_set("by in on at to with from during within before after per")
_ADJECTIVES_ED = word_set(
    "failed missed repeated abandoned completed delayed reserved unclaimed accepted refused wasted",
    "blocked returned reopened cancelled canceled related unwanted assisted automated aged saved",
    "median weighted expected combined unanswered resolved unresolved estimated recommended",
    "escalated duplicated shared mixed limited logged forced sponsored listed signed red need",
    "speed",
    "feed seed bed shed feedback unused renewed paused dropped damaged mislabeled mislabelled",
    "contested disputed denied approved rejected paid unpaid scheduled late walked weed breed",
)
_PARTICIPLES = word_set("left sold made built found held kept sent lost paid used given taken")
_NOUNS_OF_CHANGE = word_set(
    "loss growth savings drop gain rise increase decline dip improvement reduction cut lift",
)
_DOERS = word_set("i we you they he she")
_RELATIVES = word_set("which who that")
_LONGEST = 10


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase among the items of a line.

    Attributes:
        first: index of its first item.
        last: index of its last item.
        pronoun: whether it is a mere pronoun.
        plain: whether it surely begins there, so that it can be read back.
        words: its words without a leading determiner.
    """

    first: int
    last: int
    pronoun: bool
    words: tuple[str, ...]
    plain: bool = True

    @property
    def text(self) -> str:
        """The words in a row; '' for a pronoun."""
        return "" if self.pronoun else " ".join(self.words).replace("-", " ")


def subject_before(items: Sequence[Item], verb: int) -> Phrase | None:
    """Return the noun phrase that ends just before item `verb`, adverbs and auxiliaries between."""
    last = verb - 1
    while last >= 0 and items[last].word in _AUXILIARIES:
        last -= 1
    if last < 0:
        return None
    # "donations that week went up": a time squeezed in between.
    if last >= 2 and items[last].word in _TIMES and items[last - 1].word in _SELECTS:
        last -= 2
    if items[last].word in {"there", "here"} and last and is_noun(items[last - 1]):
        last -= 1  # "cancellations there fell"
    if items[last].word == "to":
        return _subject_of_infinitive(items, last - 1)
    if last >= 0 and items[last].word in PRONOUNS:
        return Phrase(last, last, True, (items[last].word,))
    first = _walk_back(items, last)
    phrase = _phrase(items, first, last)
    if phrase is None:
        return _before_relative(items, last)
    if first == 0:
        return phrase
    before = items[first - 1].word
    if before in _DOERS:  # "promises that we missed": a verb, and what it is said of
        return _before_relative(items, first - 1)
    if items[first - 1].quantity is not None or items[first - 1].mark[1:2] == ":":
        return replace(phrase, plain=False)  # "the fastest ten agents", "each pair that stays home"
    determined = items[first].word in DETERMINERS
    if determined and (before in PREPOSITIONS or before in _OBJECT_OF):
        return None  # it hangs on a preposition: what stands before that is out of reach
    if before in _OBJECT_OF and len(phrase.words) == 1:
        return None
    if not determined and (before in VERBS or before in _OBJECT_OF or before.endswith("ed")):
        return replace(phrase, plain=False)
    return phrase


def is_noun(item: Item) -> bool:
    """Whether it may be one: no word of a closed class, no amount, no word of change."""
    word = item.word
    closed = word in BREAKS or word in PRONOUNS or word in PREPOSITIONS or word in _AUXILIARIES
    return word.isalpha() and not closed and item.mark[1:2] != ":"


def _before_relative(items: Sequence[Item], last: int) -> Phrase | None:
    """Return "fallback rate" from "the fallback rate, which was the thing I watched"."""
    for k in range(last, max(0, last - _LONGEST), -1):
        word = items[k].word
        if not word or word in {".", "and", "but", "so", "because"}:
            return None
        if word not in _RELATIVES:
            continue
        end = k - 1 - (items[k - 1].word == ",")
        if end < 0 or items[end].word in BREAKS | PRONOUNS | PREPOSITIONS | {""}:
            return None
        return _phrase(items, _walk_back(items, end), end)
    return None


def _subject_of_infinitive(items: Sequence[Item], last: int) -> Phrase | None:
    """Return "churn" from "we expected churn to fall", None for "used to fall"; never plain."""
    if last < 0 or items[last].word in BREAKS or items[last].word.endswith("ed"):
        return None
    if items[last].word in PRONOUNS:
        return Phrase(last, last, True, (items[last].word,), plain=False)
    phrase = _phrase(items, _walk_back(items, last), last)
    return replace(phrase, plain=False) if phrase else None


def object_between(items: Sequence[Item], first: int, last: int) -> Phrase | None:
    """Return the noun phrase that items `first` to `last` make up, None if they are no such."""
    words = [items[k].word for k in range(first, last + 1)]
    if not words or any(not w or w in ",." for w in words):
        return None
    if len(words) == 1 and words[0] in PRONOUNS:
        return Phrase(first, last, True, tuple(words))
    if any(w in BREAKS or w in PRONOUNS - DETERMINERS for w in words):
        return None
    return _phrase(items, first, last)


def phrase_after(items: Sequence[Item], first: int, longest: int = 6) -> Phrase | None:
    """Return the noun phrase that begins at item `first`."""
    last = first - 1
    while last + 1 < len(items) and last - first + 1 < longest:
        item = items[last + 1]
        word = item.word
        if item.quantity is not None or not word or word in ",." or item.mark[1:2] == ":":
            break
        if word in BREAKS or (word in PRONOUNS and word not in DETERMINERS):
            break
        if word in DETERMINERS and last >= first and items[last].word not in PREPOSITIONS:
            break
        if word in PREPOSITIONS and word not in {"of", "for", "per"}:
            break
        if word in _TIMES and last >= first and items[last].word in _SELECTS:
            last -= 1
            break
        if word.endswith("ing") and last >= first and items[last].word.endswith("s"):
            break  # "listings doing that"
        last += 1
    while last >= first and items[last].word in PREPOSITIONS | DETERMINERS:
        last -= 1
    return _phrase(items, first, last)


def _walk_back(items: Sequence[Item], last: int) -> int:
    first = last + 1
    while first > 0 and last - first + 1 < _LONGEST:
        item = items[first - 1]
        if not _belongs(items, first - 1, last):
            break
        first -= 1
        if item.word in DETERMINERS and not _linked(items, first):
            break
    return first


def _belongs(items: Sequence[Item], k: int, last: int) -> bool:
    item = items[k]
    word = item.word
    if item.quantity is not None:
        before = items[k - 1].word if k else ""
        counted = k < last and before in PREPOSITIONS and before not in {"to", "from"}
        return item.quantity.kind == "n" and (before in DETERMINERS or before == "other" or counted)
    after = items[k + 1].word if k < last else ""
    if word in _PARTICIPLES and after in _PARTICIPLE_FOLLOWS and k > 0:
        before = items[k - 1].word
        return bool(before) and before not in PRONOUNS and before not in BREAKS
    if word == "no" and k > 0 and items[k - 1].word in PREPOSITIONS:
        return True  # "searches with no result"
    if word in ",." or word in BREAKS or (word in PRONOUNS and word not in DETERMINERS):
        return False
    if item.mark[1:2] == ":":
        if word in _NOUNS_OF_CHANGE:
            return True
        if word in {"finished", "opened"} and k == last and k > 0:
            return items[k - 1].word.endswith("s")
        return item.mark[0] in "UD" and k < last and word.endswith("ed")
    if word in DETERMINERS:
        return k < last
    if word in PREPOSITIONS:
        participle = k > 0 and items[k - 1].word.endswith("ed")  # "forms filled in"
        return k > 0 and (k < last or participle)
    if k < last and word in _TIMES and items[k + 1].word not in PREPOSITIONS:
        # "in the first week churn fell" against "the night bus".
        before = items[k - 1].word if k else ""
        if word in _WEEKDAYS and before in DETERMINERS - _SELECTS:
            return k < 2 or items[k - 2].word not in PREPOSITIONS  # "the monday wait"
        return word in _TIMES_AS_ADJECTIVES and before not in _SELECTS
    if word.endswith("ed") and len(word) > 4 and word not in _ADJECTIVES_ED:
        return after in _PARTICIPLE_FOLLOWS
    return True


def _linked(items: Sequence[Item], k: int) -> bool:
    """Whether a noun stands before item `k`, by way of a preposition or of "to" and a verb."""
    if k >= 3 and items[k - 2].word == "to" and items[k - 1].word not in BREAKS:
        word = items[k - 3].word  # "the time to fix a fault"
        return bool(word) and word not in ",." and word not in BREAKS and word not in PRONOUNS
    if k < 2 or items[k - 1].word not in PREPOSITIONS:
        return False
    before = items[k - 2]
    word = before.word
    if word in _PARTICIPLES and k >= 3:
        word = items[k - 3].word  # "parcels left with a neighbour"
    return bool(word) and word not in ",." and word not in BREAKS and word not in PRONOUNS


def _phrase(items: Sequence[Item], first: int, last: int) -> Phrase | None:
    if first <= last and items[first].word in PREPOSITIONS:
        return None
    words = [items[k].word or "#" for k in range(first, last + 1)]
    while words and (words[0] in DETERMINERS or words[0] in _AUXILIARIES):
        words.pop(0)
    while words and (words[-1] in PREPOSITIONS or words[-1] in DETERMINERS or words[-1] == "#"):
        words.pop()
    if not words or words[0] == "#" or all(w in _TIMES or w == "#" for w in words):
        return None
    return Phrase(first, last, False, tuple(w for w in words if w != "#"))
