"""How rivals are named aloud, and what tells an answer from a belief."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicecoach.scoring.late_patterns import LatePattern
from voicecoach.word_sets import word_set

_IT = (
    r"(?:it|that|this|they|these|those|there|"
    r"the (?:cause|reason|difference|drop|rise|change|effect))"
)
_WASNT = (
    r"(?:wasn't|was not|weren't|were not|isn't|is not|ain't|can(?:'t|not) be|could(?:n't| not) be)"
)
_JUST = r"(?:just|simply|only|even|really|about|because of|due to|down to|caused by|something like)"


class RivalFirst(LatePattern):
    """A form that begins with the rival.

    Since any words may be one, what comes behind it is looked for first: it is seldom there, and
    found in a tenth of the time.
    """

    def __init__(self, rival: str, behind: str) -> None:
        super().__init__(f" {rival}{behind}")
        self._behind = LatePattern(f" {behind}")

    def finditer(self, line: str) -> Iterator[re.Match[str]]:
        """Return where it stands in a line, as a pattern does."""
        return super().finditer(line) if self._behind.search(line) else iter(())


DENIED = LatePattern(
    rf" (?:{_IT} {_WASNT}|it's not|that's not|not because of|"
    r"(?:i|we) (?:don't|do not|didn't|did not) (?:think|believe)"
    r" (?:it's|it is|it was|that's|that was|it were)|"
    r"(?:wasn't|was not) (?:down to|caused by|due to|because of)|"
    r"(?:can't|couldn't) (?:be|have been)|"
    r"(?:nor|neither) (?:was|is|were|could|can) (?:it|that|this|they)(?: be| been| have been)?|"
    r"(?:nobody|no one)(?:'s| is| can| could| will| would)? (?:going to |ever )?(?:tell|say|claim|"
    r"argue|blame|pretend)(?: me| us)?(?: that)?(?: it was)?|"
    r"(?:i|we|you) (?:can't|couldn't|cannot) (?:blame|credit|thank|put it down to)) "
    rf"(?:{_JUST} )*"
)
_COULD = (
    r"(?:it|that|this|they|these|there|those|which|some of it|part of it)"
    r" (?:could|might|may)(?:'ve| have)? (?:just |simply |also |well |easily )?"
    r"(?:been|be|come from|reflect|reflected)(?: that)?"
)
_WORRIED = (
    r"(?:i|we) (?:was|were|got) (?:worried|concerned|afraid|nervous|suspicious)(?: that| about)?|"
    r"(?:i|we) (?:did )?(?:worry|worried|wonder|wondered|feared|suspected)"
    r"(?: that| about| if| whether)?(?: it was)?|"
    r"you (?:wonder|might wonder|could wonder)(?: if| whether)?"
)
_EXPLANATION = (
    r"(?:my|our|the|one|another|a) (?:[a-z]+ ){0,2}?"
    r"(?:worry|concern|fear|suspicion|objection|alternative|rival|explanation|suspect|culprit|"
    r"theory|candidate|reading)s? (?:was|were|is|would be|might be|could be)(?: that)?"
)
_OTHERS_SAY = (
    r"(?:you|someone|somebody|people|anyone|a skeptic|a sceptic|critics|finance|everyone|"
    r"everybody|they|he|she) (?:could|might|may|would|will) (?:say|argue|claim|object|ask|blame|"
    r"point to|put it down to)(?: that| it was| it's)?|(?:blamed|credited|suspected|swore it was|"
    r"(?:was|were) sure it was|thought it was|said it was|reckoned it was|put it down to|"
    r"(?:telling|told) (?:me|us) (?:that )?it was)"
)
_MAKING_SURE = (
    r"(?:to|i|we) (?:make|made|be|making) (?:sure|certain) (?:that )?"
    r"(?:it|they|this|that|the [a-z]+(?: [a-z]+)?)"
    r" (?:wasn't|weren't|was not|were not|isn't|aren't)|"
    r"(?:i|we) (?:checked|tested|verified|confirmed)(?: that| whether| if)?"
    r" (?:it|they|this|that|the [a-z]+) (?:wasn't|weren't|was not|was)|"
    r"(?:i|we) (?:looked|checked)(?: hard| closely| long)?(?: at| into)? (?:whether|if)"
)
_MAYBE = (
    r"(?:maybe|perhaps|possibly)(?: ,)? (?:it's|it is|it was|that's|that is|that was|they're|"
    r"they were|there's|there was)|"
    r"(?:i|we) (?:thought|figured|wondered|assumed|guessed)(?: ,)?(?: okay| well| at first)?(?: "
    r",)? "
    r"(?:maybe|perhaps|it might be|it could be|it must be|it was just|it's just|it might just be)"
    r"(?: it's| it was| they were| they're)?|"
    r"(?:my|our|the) first (?:thought|guess|suspicion|question) was(?: that| whether| if)?"
)
_WHAT_IS_SAID = (
    r"(?:the |an |one |another )?(?:other|another|second|third|next|obvious|usual|first|easy|lazy) "
    r"(?:thing|one|explanation|worry|suspect|possibility|answer|objection|theory|question|concern|"
    r"doubt|argument)(?: that)?(?: people| they| you| i| we| someone| somebody| everyone)?"
    r"(?: always| might| could| usually| will)?(?: say| says| said| raise| raised| had| have| hear|"
    r" heard| mention| mentioned| worried about| ask| asked| bring up| brought up| checked| tested|"
    r" looked at)? (?:was|is|would be|might be|could be)(?: that| whether| if)?"
)
_ASKED = (
    r"what if (?:it|they|that) (?:was|were|is|are)|"
    r"(?<!nor )(?<!neither )(?:could|was|might) it (?:have been |be )?(?=the |a |our )"
)
DOUBTED = LatePattern(
    rf" (?:{_COULD}|{_WORRIED}|{_EXPLANATION}|{_OTHERS_SAY}|{_MAKING_SURE}|{_ASKED}|"
    rf"{_MAYBE}|{_WHAT_IS_SAID}) ?"
    rf"(?<= )(?:{_JUST} )*(?:that )?"
)
AT_THE_SAME_TIME = LatePattern(
    r" (?:there was (?:also )?(?=an? |some |the )|"
    r"there(?:'d| had) (?:also )?been (?=an? |some |the )|"
    r"(?:it|that|this|may|june) was also (?:when|(?:the|a) (?:week|month|quarter|year|day|spring|"
    r"summer)(?: that| when)?)|"
    r"(?:we|they|i)(?:'d| had)? also (?:had |been )?"
    r"(?:changed|launched|shipped|ran|run|started|added|moved|cut|raised|put|(?!looked|checked|"
    r"asked|tested|"
    r"compared|counted|wanted|learned|tried|watched|measured|called)[a-z]+ed|bought|built|"
    r"gave|took|brought|lost)|"
    r"(?:marketing|sales|finance|engineering|another team|the other team)"
    r" (?:had|ran|launched|started)) ?(?<= )"
)
NOTHING_ELSE = LatePattern(
    r" (?:nothing else|no other|no one else|nobody else|we (?:had )?(?:launched|changed|shipped)"
    r" nothing else) "
)
RULED_OUT = LatePattern(
    r" (?:(?:i|we) (?:ruled|can rule|could rule|were able to rule|was able to rule) out|ruled out|"
    r"(?:i|we) (?:can |could )?(?:exclude|excluded|discount|dismiss|dismissed)|"
    r"we eliminated|i eliminated) "
)
CHECKED = LatePattern(
    r" (?:i|we) (?:also |then )?"
    r"(?:checked|looked at|looked into|went through|pulled|compared|verified) "
    r"(?P<rival>(?:(?:the|our|their|any|all|for|whether|if) )?(?:[a-z']+ ){1,7}?)(?:, )?"
    r"(?:and |but )(?:it|they|that|those|these|there|none|nothing|neither) "
    r"(?P<how>(?:(?:hadn't|had not|didn't|did not|hasn't|haven't) (?:really |even )?"
    r"(?:changed?|moved?|shifted?|run|ran|started?|launched?|touch(?:ed)?|gone|been|shown?|any)|"
    r"(?:was|were|stayed|looked) (?:all |just |exactly )?"
    r"(?:flat|the same|unchanged|normal|identical|steady|equal|level|no different)|"
    r"(?:wasn't|weren't) (?:any|running|live|on|different|there)|agreed)(?: [a-z']+){0,5})"
)
ANYWAY = LatePattern(
    r" (?:also|as well|too|anyway|anyhow|regardless) (?:[a-z0-9'%.,]+ ){0,9}?"
    r"(?:because of|because|since|thanks to|due to|as) "
)
SAME_ON_BOTH = RivalFirst(
    r"(?!and |but |so |because )(?P<rival>(?:the |our )?(?:[a-z'-]+ ){0,2}?[a-z'-]+ )",
    r"(?:which |that )?(?P<how>(?:was|were|is|are|stayed) (?:exactly |about |all )?"
    r"(?:the same|equal|identical|similar|no different) "
    r"(?:in|on|at|for|across|with) (?:both|all|the two|each|either)(?: [a-z']+)?)",
)
ABSENT = LatePattern(
    r" (?P<how>(?:there was|there were|we had|we ran) no (?P<rival>(?:other |big |new )?"
    r"(?:sales?|campaigns?|promotions?|discounts?|holidays?|launch(?:es)?|releases?|strikes?|"
    r"outages?|storms?|price changes?|ads?|advertising|marketing)) "
    r"(?:in|during|at|over|around|on) [a-z']+(?: [a-z']+)?)"
)
LISTING = LatePattern(
    r" (?:things|explanations|reasons|causes|factors|suspects|candidates|rivals|alternatives) "
    r"(?:that )?(?:could|might|may|can) (?:also |have )?explain(?:ed)? (?:it|that|this|the [a-z]+) "
)
LISTED = LatePattern(
    r" (?P<rival>(?:the |our |my |a |an )(?:[a-z'-]+ ){0,3}?[a-z'-]+ )(?:[,.] )?"
    r"(?=(?:but|which|though|however|except) )"
)
LISTING_REACH = 70
"""How many words a list of explanations may take."""
SO_NOT = LatePattern(
    r" (?:so|which means) (?:(?:(?:we know |i know )?it's|it is|that's|that was|(?:i knew |we "
    r"knew )?it was) "
    r"(?:not|n't)|(?:i knew |we knew )?(?:it|that|this) (?:isn't|wasn't|can't be|can't have been|"
    rf"couldn't be|couldn't have been)) (?:{_JUST} )*(?:that )?"
)
UNEXPLAINED = RivalFirst(
    r"(?P<rival>(?:the |our |their )?(?:[a-z'-]+ ){0,3}?[a-z'-]+ )",
    r"(?:can't|couldn't|cannot|doesn't|didn't|does not|did not|wouldn't|would not) "
    r"(?:really |fully )?(?:explain|account for) ",
)
SUPPOSED = LatePattern(
    r" if (?:it|that|this) (?:was|were|had been|were really|was really)(?: just| only)? "
    r"(?P<rival>(?:[a-z'-]+ ){1,5}?)(?:, )?(?:then )?"
    r"(?=(?:the|we|they|it|both|you|i|our|those|all|every|other|others|you'd|we'd|they'd|i'd|"
    r"it'd) )"
)
_RIVAL = (
    r"(?P<rival>(?!that |this |it |and |but |so )(?:the |our |their |a |an |my )?"
    r"(?:[a-z0-9'-]+ ){0,3}?[a-z'-]+ )"
)
MIGHT_EXPLAIN = RivalFirst(
    rf"(?:(?:whether|if|that|and|but) )?{_RIVAL}",
    r"(?:(?:might|could|may|would)(?: also| well| easily|"
    r" just)?(?: have| 've)? |had |also )?(?:explain|explained|caused|cause|account for|"
    r"accounted for|"
    r"done|did|driven|drove|been behind|was behind|were behind|been doing|was doing|were doing) "
    r"(?:it|that|this|all of it|some of it|the (?:whole )?(?:thing|difference|gap|drop|rise|fall|"
    r"change|lift|effect|jump)) ",
)
_THOUGHT = (
    r"(?:suggested|thinks|think|wondered|asked|ask|asks|argued|reckons|says|said|convinced|"
    r"(?:tempting|easy) to (?:say|think|blame|credit)|worried|thought|insisted|swore|sure|argue)"
    r"(?: me| us)?(?: that| if| whether)? (?:it|this|that|they) (?:was|is|were|might be|could be|"
    r"must be|had to be|must have been|could have been|might have been)(?: all)?"
)
FRAMED = LatePattern(
    rf"(?<! nor)(?<! neither) (?:what about|how about|as for|(?:so |and )?(?:was|is) it|"
    rf"{_THOUGHT}|the only other (?:thing|change|difference)(?: [a-z']+){{0,3}} (?:was|is)|blame|"
    rf"put it down to|credit(?:ed)? it to|chalk(?:ed)? it up to) (?:{_JUST} )*"
    r"(?P<rival>(?:the|our|their|a|an|people|all|those|some)? ?(?:[a-z'-]+ ){1,5}?)(?:[,.?] )?"
    r"(?=(?:but|so|and|except|only|because|since|which|it|they|i|we|well|no|though|the|that|she|he|"
    r"there|nothing|nobody|both|yet|you'd) )"
)
SUSPECT = RivalFirst(
    _RIVAL,
    r"(?:is|was|'s|were|are|would be|seemed|looked like) (?:the |an |my |our |one )(?:[a-z]+ )?"
    r"(?:suspect|culprit|explanation|candidate|worry|fear|objection|alternative|confounder) ",
)
DOESNT_DO = RivalFirst(
    _RIVAL,
    r"(?:doesn't|didn't|does not|did not|won't|can't|couldn't|cannot) (?:do it|cut it|fit|"
    r"hold up|account for|explain|be it|be the (?:cause|reason)|work as)(?: it| that| this)? ",
)
CHANGED_TOO = RivalFirst(
    _RIVAL,
    r"(?:changed|rose|fell|went up|went down|closed)(?: too| as well| also|"
    r" in [a-z]+| that [a-z]+) (?=(?:but|and|except|though) )",
)
EXCLUDED = RivalFirst(
    _RIVAL, r"(?:i|we) (?:can|could|did) (?:exclude|rule out|discount|dismiss|test for|check) "
)
NOT_THAT = LatePattern(
    r" [.,] (?:and )?not (?:the |our |their )?(?P<rival>(?:[a-z'-]+ ){1,3}?)(?:either )?(?=[.,] )"
)
EXONERATED = LatePattern(
    r" (?:same|both|identical|identically|alike|everywhere|just as|as much|as many|as well|too|"
    r"either|"
    r"neither|in each|no different|every|never|hadn't|haven't|didn't (?:change|move|run|fall|"
    r"rise|start|"
    r"drop|go)|wasn't (?:on|there|running|live)|weren't (?:on|there|running)|weeks? (?:later|after|"
    r"before|earlier)|months? (?:later|after|before|earlier)|days? (?:later|after|before|earlier)|"
    r"before (?:any|anyone|the|that|it|we|they)|already|only (?:started|ran|began|in|for|on|"
    r"covered|"
    r"applied|came|hit)|(?:other|opposite) (?:side|end|direction|way)|nothing (?:moved|happened|"
    r"changed|"
    r"since|different)|spent nothing|was held|held|by lot|rotate|rotated|at random|still|flat|"
    r"matched|"
    r"no (?:dip|change|bump|difference|rise|drop|peak|spike|effect)|nobody|none|no one|"
    r"unchanged|constant|equal|equally|elsewhere|next (?:door|county|town)|growing|got (?:worse|"
    r"better)) "
)
IN_CASE = LatePattern(
    r" in case (?:it was |it's |that was )?(?P<rival>(?:the |a |an |our )?(?:[a-z'-]+ ){1,5}?)"
    r"(?=(?:was|were|had|did|and|so|,|\.|but) )"
)
TOLD = LatePattern(
    r" (?:they|people|someone|somebody|he|she|everyone|everybody|finance|sales|marketing|"
    r"(?:my|our|the|one) [a-z]+(?: [a-z]+)?) (?:told me|told us|said|says|say|kept saying|insisted|"
    r"claimed|argued|swore|reckoned|objected|pointed out|was sure|were sure|blamed)(?: that)? "
    r"(?!we |i |you |no |yes |to |it would|they would)(?P<rival>(?:it was )?(?:[a-z'-]+ ){1,9}?)"
    r"(?:, |\. )?(?=(?:but|so|and|except|only) )"
)
ALSO_ON = RivalFirst(
    _RIVAL,
    r"(?:(?:was|were) (?:also |still )?(?:on|running|happening|going on|live|out)"
    r"(?: then| too| as well| at the same time| that [a-z]+| in the [a-z]+| the same [a-z]+)?|"
    r"(?:came in|came|started|began|happened|landed|opened|fell|hit|launched) (?:at the same time|"
    r"that (?:same )?(?:week|month|spring|summer|autumn|winter|year)|"
    r"(?:in )?the same (?:week|month|day|time|season)|around then|just then)) ",
)
MORE_ANYWAY = RivalFirst(
    r"(?P<rival>(?:[a-z'-]+ ){2,7}?)",
    r"(?:more often|more likely|anyway|any way|anyhow|in any case|"
    r"regardless|to begin with|in the first place)(?: anyway| any way)?(?: [,.])? "
    r"(?=so (?:i|we) )",
)
SAMENESS = LatePattern(
    r" (?:same|both|identical|identically|equal|equally|unchanged|normal|flat|level|alike|neither|"
    r"either|every|everywhere|all|already|no different|too|as well|just as|even|half|nobody|no one|"
    r"none|never|hadn't|fewer|elsewhere|still) "
)
"""What speaks against a cause by itself: it was there on both sides, or nowhere."""
CAME_OUT_ALIKE = LatePattern(
    r" (?:was|were|came out|stayed|looked|did|are|is) (?:about |exactly |just |pretty much |all |"
    r"roughly )?(?:the same|even|level|identical|no different|normal|flat|alike|equal) "
)
BEGINS = LatePattern(
    r" (?:that's|it's|there's|there|he|she|this|my|half|one|what|with|only|same|among) "
)
"""Words that may begin a reason where it says that something was alike on both sides."""
REASON = LatePattern(
    r" (?:because|since|as|given|which|who|when|where|but|for|they|it|we|i|both|the|those|that|so|"
    r"you|our|nobody|no|all|neither|every|these|by|there) "
)

ENDS = word_set("because since but so although though which")
BELIEFS = LatePattern(
    r" (?:felt|feel|feels|confident|believed|believe|comfortable|pretty sure|obviously|clearly|"
    r"don't think|do not think|don't know|don't really|hope|suppose|guess|mostly|i think|"
    r"probably|too big for that|can't rule|couldn't rule|"
    r"controlled for|adjusted for|statistically|significant) "
)
OPEN = LatePattern(
    r" (?:can't rule|couldn't rule|could not rule|cannot rule|didn't (?:look|check|test)|"
    r"(?:didn't|did not|don't) (?:really )?have (?:a|any) way|had no way|(?:can't|couldn't) tell|"
    r"never (?:looked|checked|tested)|did not (?:separate|look|check|test)|no (?:idea|way)|"
    r"don't really (?:know|no)|i don't know|who knows|haven't) "
)
_TESTS = (
    r"checked|looked|compared|matched|split|took|pulled|dropped|left|excluded|removed|reran|ran|"
    r"rang|asked|called|went|measured|counted|tested|tried|sorted|separated|swapped|repeated|"
    r"picked|drew|randomised|randomized|kept|held|limited|restricted|only|redid|did|put|filtered|"
    r"plotted|moved|switched|turned|sat|watched|read|listened|cut|set|threw|kicked|went back|lined|"
    r"controlled for [a-z]+ and|paired|traced|timed|weighed|rebuilt|stripped|focused|used|made"
)
TEST = LatePattern(
    rf" (?:i|we|they|someone) (?:also |then |just |had |only |went and )?(?:{_TESTS}) "
)
FACT = LatePattern(
    r" (?:same|still|both|neither|too|also|as well|already|identical|equal|equally|unchanged|flat|"
    r"agreed|before|after|until|ended|started|none|no|nobody|nothing|fewer|less|more|only|never|"
    r"didn't|did not|hadn't|had|weren't|wasn't|not|as much|just as|either|even|alike|held|stayed|"
    r"moved|up|down|drawn|lot|random|all|every|each|without|instead|half|twice|same|similar|"
    r"different|opposite|other|anyway|[a-z]*\d[\d.,]*|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred) "
)
BUT = LatePattern(r" (?:but|except|however|though) ")
ELSEWHERE = LatePattern(
    r" (?:too|also|as well|just as|as much|as fast|same|no different|neither|only (?:in|on|for|"
    r"ran)|nobody|no one|none|nothing|never|before|after|already|ended|without|didn't|equally|"
    r"anyway) "
)
OUT = LatePattern(
    r" so (?:that's|that is|that was|it's|it was) (?:out|not it|not that)|so no |so it wasn't|"
    r" (?:that's|that was) not it "
)
PRICE = LatePattern(r" (?:too (?:expensive|slow|hard|late|big|long)|cost us|budget|afford) ")
"""Why an option was turned down, which says nothing about a cause."""
OUTCOMES = word_set(
    "retention conversion completion engagement usage revenue sales number numbers metric metrics",
    "rate churn satisfaction result results effect wait dashboard funnel lift drop",
)
FIGURE = LatePattern(
    r" (?:\d[\d.,]*|percent|%|points?|half|third|quarter|from (?:[a-z]+ ){1,3}to) "
)
FINITE = LatePattern(
    r" (?:(?:we|they|i|you|he|she) (?:only |never |also |all |both )?[a-z]{3,}|"
    r"was|were|is|are|had|has|have|did|didn't|hadn't|wasn't|weren't|they're|we're|it's|that's|"
    r"went|fell|rose|got|came|ran|kept|took|paid|met|built|left|lost|held|felt|bought|sent|knew|"
    r"began|stayed|saw|used|made|sold|cross|crosses|live|lives|"
    r"don't|doesn't|[a-z]{3,}ed|looked|hit|cost|fit|hold|holds|share|shares|work|works|start|"
    r"starts) "
)
EMPTY = word_set(
    "the a an of in on at to for and or it was that this just they were our their my some people",
    "new other more less with by from is be been had because simply only really so we i who which "
    "one",
)


CHANCE = word_set(
    "fluke blip coincidence holiday sale promotion bug glitch change campaign launch season strike",
    "competitor discount release update outage storm logo price tv rebrand one-off",
)
NO_CAUSES = word_set(
    "to going doing working what how until like so as too very my always easy great good bad fair",
    "clear right true enough possible hard perfect causal until if whether when where us me mine",
    "he she not ready done sure able supposed meant allowed worth ideal optimal fun nice much",
    "really significant well gone been being wrong unfair over best silly odd strange funny late "
    "early",
)
