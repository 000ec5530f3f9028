"""Which leadership principle a listener hears in a short story: by its acts, not by its name.

The scorer hears principles in a whole answer, with a level of each facet behind them. A story of a
minute has no room for that: here each principle has several signs, and the one with most of them is
the one that a listener would name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from voicecoach.scoring.opening import opening_landmarks
from voicecoach.scoring.plain import PlainLine

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "Customer Obsession": (
        "(?:sat|rode|spent|stood|went|drove|shadowed|visited|stayed|"
        "worked) (?:[a-z]+ ){0,5}(?:with|beside|"
        "next to|on the ward|at their|in their|to their|at the counter|in the shop)",
        "(?:rang|called|phoned|wrote to|interviewed|visited|talked to|spoke to|"
        "listened to) (?:[a-z]+ )"
        "{0,3}(?:customers?|users?|parents|patients|nurses|sellers|drivers|families|tenants|guests|"
        "callers|people who)",
        "(?:refund|refunded|apologi[sz]ed to|replaced it for|gave (?:her|him|them) (?:a|the|"
        "their))",
        "what (?:they|she|he|customers) (?:really )?(?:needed|wanted|asked for)",
    ),
    "Ownership": (
        "(?:not|wasn't|nobody's|no one's) (?:my|our|anybody's|anyone's) (?:job|team|product|"
        "area|task)",
        "(?:my (?:mistake|fault|responsibility)|i (?:took|take) (?:the blame|responsibility|"
        "it on))",
        "(?:nobody|no one|no team|nobody else) (?:owned|felt|felt responsible|wanted it|"
        "looked after|was responsible)",
        "(?:long after|answered for it|ever since|a year later i still|i still (?:look after|own|"
        "run)|i stayed until|"
        "i kept it)",
        "i (?:fixed|cleaned up|picked (?:it|that) up|took (?:it|that) over|mended|sorted it)",
    ),
    "Invent and Simplify": (
        "(?:automat\\w+|simplif\\w+|simpler|invented|came up with|from scratch)",
        "(?:from|instead of|replaced) (?:[a-z]+ ){0,6}(?:steps|forms|pages|fields|hours|clicks|"
        "screens)",
        "(?:one|single) (?:[a-z]+ ){0,2}(?:tap|step|button|page|question|click|line|form|rule)",
        "(?:got|cut|brought) (?:it|that|this|them) down from",
    ),
    "Are Right, A Lot": (
        "(?:looked for|searched for|asked (?:for|them for)) (?:[a-z]+ ){0,4}(?:against|opposite|"
        "wrong|disprove|"
        "contradict)",
        "(?:i|it) (?:changed my mind|turned out (?:to be )?right|was right)|i had been wrong|"
        "proved right",
        "(?:against|despite) (?:the (?:data|numbers|advice|majority)|what everyone|everybody's)",
        "(?:judg\\w+|my gut|weighed|two readings|another explanation|what would have to be true)",
    ),
    "Learn and Be Curious": (
        "(?:taught myself|i (?:learned|learnt) (?:to|how|about)|read (?:up|everything|three|two|"
        "five)|took a "
        "course|evening course|asked (?:[a-z]+ ){0,5}to (?:teach|show|explain))",
        "(?:i (?:knew|understood) (?:nothing|little|hardly anything)|i had no idea|i wondered|"
        "curious|"
        "new to me|outside my field)",
        "(?:shadowed|apprentice|every evening|sat in on|asked why|why it worked)",
    ),
    "Hire and Develop the Best": (
        "(?:hired|recruited|interviewed (?:[a-z]+ ){0,3}candidates|promoted|coached|mentored|"
        "trained)",
        "(?:took|brought) (?:her|him|them|a junior|the new|two juniors|an intern) (?:along|"
        "with me|into)",
        "(?:leads|runs|heads) (?:the|a|her|his) (?:own )?(?:group|team|department)|(?:she|"
        "he) now leads",
        "(?:feedback|let (?:her|him|them) (?:present|run|lead|own)|had (?:her|him|them) run|"
        "grew into|"
        "stepped back)",
    ),
    "Insist on the Highest Standards": (
        "(?:not good enough|wouldn't (?:ship|sign|release|accept)|refused to (?:ship|sign|"
        "release)|sent it "
        "back|did it again|redid|started again|rewrote it|not until)",
        "(?:raised|raise) the (?:bar|standard|limit)|(?:the standard|our bar|the bar) (?:is|was)",
        "(?:every single|down to the last|zero defects|no errors|root of it|never (?:comes|"
        "came) back|"
        "tested every|checked every|each one by hand)",
        "(?:defects?|errors?|mistakes?|faults?) (?:[a-z]+ ){0,4}(?:fell|dropped|none|zero|a year)",
    ),
    "Think Big": (
        "(?:whole (?:country|industry|market|company|city)|every (?:home|school|hospital|city|"
        "country|"
        "household|customer) in|all of (?:europe|the country)|million)",
        "(?:ten|twenty|hundred|a hundred) times (?:as|bigger|more|larger|the)|ten years|five years|"
        "twenty years",
        "(?:nobody (?:had )?(?:thought|dared|believed)|sounded (?:crazy|mad|impossible)|"
        "much bigger|"
        "bolder|what if (?:we|everybody|everyone|nobody))",
    ),
    "Bias for Action": (
        "(?:did(?:n't| not) wait|without waiting|rather than wait|could not wait|"
        "instead of waiting)",
        "(?:that (?:night|evening|same day|afternoon)|same (?:day|night|evening|afternoon|hour)|"
        "within "
        "(?:an hour|hours|a day|minutes|days|two days)|by (?:the )?(?:next morning|friday|noon|"
        "monday)|"
        "straight away|right away|on the spot)",
        "(?:half of the (?:evidence|data|facts)|on a guess|could (?:be )?(?:undo|undone|reverse|"
        "turn it back)|"
        "easy to reverse|two way door|before we had all)",
    ),
    "Frugality": (
        "(?:no budget|without (?:spending|hiring|buying|any money|a budget|paying)|"
        "spent nothing|for free|"
        "cost (?:us )?nothing|second hand|spare|leftover)",
        "(?:would have cost|would've cost|saved (?:us )?(?:[a-z]+ ){0,3}(?:thousand|grand|"
        "pounds|dollars|"
        "euros)|cheap\\w*)",
        "(?:in|with|on) (?:a|one|an old) (?:spreadsheet|laptop|phone|afternoon)|by hand|borrowed",
    ),
    "Earn Trust": (
        "(?:told|wrote to|rang|admitted|confessed|said) (?:[a-z]+ ){0,8}(?:overstated|mistake|"
        "wrong|my "
        "error|i had (?:failed|missed)|my fault|the truth|sorry|bad news)",
        "(?:i was wrong|my own mistake|apologi[sz]ed|owned up|i (?:corrected|took back|withdrew))",
        "(?:kept my (?:word|promise)|in the open|openly|honest\\w*|trusted (?:me|us)|"
        "listened (?:to|first)|"
        "asked them what)",
        "(?:i had told|i'd told|i had claimed|i'd promised|i had promised|had reported)",
    ),
    "Dive Deep": (
        "i (?:then |myself )*(?:pulled|split|sorted|counted|listened to|read|traced|matched|"
        "compared|went "
        "through|looked at|took apart|followed|checked) (?:[a-z0-9]+ ){0,4}(?:raw|orders|calls|"
        "logs?|cases|tickets|"
        "records|recordings|rows|receipts|requests|every|all|each|by|one by one|myself|the causes)",
        "(?:the (?:average|dashboard|report|total|summary|chart) (?:hid|looked|said|didn't|was)|"
        "looked "
        "(?:flat|fine|normal)|didn't add up|did not add up|something was off)",
        "(?:turned out|there it was|it was one|came from (?:one|a single)|caused by|down to one|"
        "root cause)",
        "(?:counted the causes|ninety of them|line by line|row by row|hundred (?:calls|tickets|"
        "cases|logs))",
    ),
    "Have Backbone; Disagree and Commit": (
        "(?:i|we) (?:disagreed|objected|refused|said no|pushed back|argued against|"
        "spoke against|told (?:him|"
        "her|them) (?:no|it was wrong|i))",
        "(?:boss|director|manager|ceo|vice president|head of [a-z]+|board|everyone|"
        "founder) (?:[a-z]+ ){0,4}"
        "(?:wanted|insisted|had decided|was for|pushed|believed)",
        "(?:in front of|his call|her call|their call|lost the argument|overruled|"
        "decided otherwise|was "
        "outvoted)",
        "(?:then i (?:worked|made|did|supported|backed)|committed|as if it (?:was|were) my own|"
        "behind it "
        "fully|gave it everything)",
    ),
    "Deliver Results": (
        "(?:on time|ahead of (?:time|schedule|the date)|before the deadline|by the deadline|"
        "on the day|to "
        "the day|met the date|made the date|hit the (?:date|target))",
        "(?:shipped|launched|delivered|finished|went live|opened) (?:[a-z]+ ){0,4}(?:anyway|"
        "all the same|"
        "despite|in spite|although|on|with)",
        "(?:supplier (?:failed|dropped)|half the team|lost two (?:people|engineers)|fell ill|"
        "setback|behind "
        "schedule|cut the scope|dropped everything else)",
    ),
    "Strive to be Earth's Best Employer": (
        "(?:night shifts?|injur\\w+|accidents?|burn(?:t|ed)? out|overtime|sick days|safer|"
        "safety|woken|"
        "on call)",
        "(?:the team|my team|our (?:pickers|drivers|staff|people|engineers|nurses)|colleagues|"
        "warehouse "
        "(?:staff|workers)|employees) (?:[a-z]+ ){0,6}(?:sleep|slept|home|hurt|stayed|quit|pain|"
        "tired|"
        "exhausted|fewer|rest|breaks?)",
        "(?:their (?:backs?|shoulders|hands|sleep|families)|go home (?:on time|earlier)|"
        "nobody has quit|"
        "stopped (?:the )?paging)",
    ),
    "Success and Scale Bring Broad Responsibility": (
        "(?:neighbou?rs|residents|the (?:town|village|community|public|environment|climate|"
        "river|planet)|"
        "emissions|landfill|waste|packaging|pollution|society|vulnerable|elderly people)",
        "(?:not (?:even )?our customers|people outside|who never (?:buy|bought|used)|side effects?|"
        "harm(?:ed|s)? (?:people|others)|unintended)",
        "(?:although it cost us|even though it cost|gave up (?:revenue|sales|money)|turned down)",
    ),
}
"""Ways in which a principle is acted out; each counts once."""


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Compile the signs when a story is first heard: hardly any session needs them."""
    return {name: tuple(re.compile(f" (?:{s}) ") for s in signs) for name, signs in _SIGNS.items()}


def principle_signs(text: str) -> dict[str, int]:
    """Return how many signs of each principle a story shows; those with none are left out."""
    line = PlainLine(text).line
    found = {
        name: sum(bool(p.search(line)) for p in patterns) for name, patterns in _patterns().items()
    }
    marks = opening_landmarks((), text)
    if marks.customer is not None:
        found["Customer Obsession"] += 1
    return {name: count for name, count in found.items() if count}
