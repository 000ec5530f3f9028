"""How it is said aloud that one group got a change and another did not.

Each pattern is matched against the words of an answer in one line, in which every figure is "#".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from voicecoach.scoring.late_patterns import LatePattern, PatternIndex


def _up_to(words: int) -> str:
    """Return the pattern of at most so many words, as few as will do."""
    return rf"(?:\S+ ){{0,{words}}}?"


_MEASURES = (
    r"(?:percent|points?|seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|quarters?|"
    r"times?|pounds?|dollars?|euros?|pence|cents|thousand|million|in|out|per|to|and|or|more|less|"
    r"fewer|later|before|after)"
)
_COUNT = rf"#(?! {_MEASURES} )"
"""A number that counts members of a group and measures nothing."""

_SOME = (
    rf"(?:{_COUNT}|half|some|several|a few|a (?:third|quarter|fifth|tenth|handful)|"
    r"one(?: in #| out of #|(?= (?:side|wing|half|group|team|shift|ward|town|store|shop|site|"
    r"branch|school|line|depot|region|of))))"
)
_REST = rf"(?:{_SOME}|the others?|the remaining|the rest|others|everyone else|everybody else)"
_GOT = (
    r"(?:gets?|got|had|have|has|begins?|began|starts?|started|sees?|saw|uses?|used|takes?|took|"
    r"try|tries|tried|goes|go|went|received?|receives|ran|runs?|switch(?:ed|es)?|moved?|moves|"
    r"pays?|paid|opens?|opened|(?:is|are|was|were) (?:on|given|shown|told|offered|charged|moved|"
    r"switched|turned|converted|fitted|checked))"
)
_WENT_WITHOUT = (
    r"(?:(?:didn't|did not|don't|do not|hadn't|haven't|won't|will not|doesn't)(?! (?:know|think|"
    r"care|want|like|come|believe|understand|notice|say|even))|wait(?:s|ed)?|(?:keeps?|kept) "
    r"(?:the|their|its|to|on|what|paper|it|with)|(?:stay|stays|stayed|remain|remained) (?:on|as|"
    r"with|where|the|put)|carry on|carried on|goes without|went without|without it|nothing|none|"
    r"as before|(?:had|used|use|have|saw|see|got|get) (?:nothing|the old|the usual|paper)|as "
    r"usual|(?:stick|stuck) (?:to|with))"
)
_WHEN = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|now|today|monday|next (?:week|month|year|quarter|season|spring)|"
    r"first|later|second)"
)
_APPLIED = (
    r"(?:put|puts|launch(?:ed)?|ship(?:ped)?|gave|give|offer(?:ed)?|turn(?:ed)?|switch(?:ed)?|ran|"
    r"run|try|tried|test(?:ed)?|start(?:ed)?|chang(?:e|ed)|roll(?:ed)?|trial(?:led)?|took|take|"
    r"stopp?(?:ed)?|moved?|add(?:ed)?|cut|dropp?(?:ed)?|removed?|install(?:ed)?|did|pilot(?:ed)?|"
    r"swapp?(?:ed)?|rais(?:e|ed)|lower(?:ed)?|introduc(?:e|ed)|fitt?(?:ed)?|paint(?:ed)?|"
    r"open(?:ed)?|train(?:ed)?|bring|brought)"
)
_AS_BEFORE = (
    r"(?:alone|as (?:it|they|he|she) (?:was|were|is|are)|as is|untouched|unchanged|(?:how|the "
    r"way) (?:it|they) (?:was|were|is|are)|be|on the (?:old|usual|current|flat|yearly)|with the "
    r"(?:old|usual|current)|as (?:usual|normal|before)|(?:on|to|with) paper|(?:on|to|with) (?:its|"
    r"their) (?:old|usual))"
)
_NO_PLACE = (
    r"(?!(?:the )?(?:end|meantime|meanwhile|process|past|case|fact|time|moment|beginning|first|"
    r"least|last|years?|months?|weeks?|start|same|morning|evening|way|future|general|all|it|that|"
    r"this|me|us|them|him|her|you|which|what|some|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|spring|summer|autumn|winter|#) )"
)
_NOT_KNOWING = (
    r"(?! (?:know|think|have|expect|care|want|need|find|notice|realise|realize|get|understand|"
    r"look|check|ask|say|like|really|even|believe|feel|see))"
)
_NO_GROUP = r"(?!(?:it|them|him|her|me|us|you|that|this|there|things|everything|home|well|enough) )"
_OBJECT = (
    r"(?:(?!(?:and|but|you|i|we|they|to|because|so|if|when|those alone|these alone) )\S+ ){1,5}?"
)
_NO_PERSON = r"(?!(?:and|but|i|we|they|he|she|it|you|who|that|which|people|so|to|nobody) )"
_MISHAP = (
    r"(?:bug|outage|strike|fault|glitch|storm|flood|breakdown|shortage|blackout|error|mistake|mix "
    r"up|power cut)"
)
_ORDINAL = r"(?:second|third|fourth|fifth|sixth|eighth|tenth|twentieth|hundredth)"
_SITES = (
    r"(?:group|half|set|sites|stores|shops|schools|clinics|wards|towns|villages|branches|areas|"
    r"teams|regions|counties|households|accounts|customers|users|farms|depots|routes)"
)

_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "shared_out": (
        rf"{_SOME} {_up_to(4)}{_GOT} {_up_to(8)}(?:and|while|but|with|whereas) {_REST} "
        rf"{_up_to(6)}{_WENT_WITHOUT}",
        rf"{_SOME} {_up_to(5)}{_GOT} {_up_to(8)}{_WHEN} {_up_to(4)}(?:and|while|but|then|with|"
        rf"the) {_REST} {_up_to(11)}(?:gets?|got|starts?|started|begins?|began|waits?|waited|"
        rf"follow|followed|in|until|till) {_up_to(4)}{_WHEN}",
        rf"(?:put|move|give|gave|start|have|switch|switched|let|moved) {_up_to(1)}{_SOME} "
        rf"{_up_to(8)}(?:and|but) (?:leave|left|keep|kept|hold|held|let) {_up_to(2)}{_REST} ",
        rf"{_APPLIED} {_up_to(6)}(in|at|on|with) {_up_to(6)}(?:but|and) not \1 ",
        rf"{_APPLIED} {_up_to(10)}(in|at|on|for|with) {_NO_PLACE}{_up_to(8)}(?:and|but|while|"
        rf"then) (?:we |i |they )?(?:left|leave|kept|keep) (?:it|them|things|everything|the \S+) "
        rf"(?:\S+ )?\1 {_NO_PLACE}",
        rf"(in|at|on|for|with) {_NO_PLACE}{_up_to(6)}(?:i|we|they|it|the) {_up_to(16)}(?:and |but "
        rf"|while )?\1 {_NO_PLACE}{_up_to(4)}(?:i|we|it) (?:didn't|did not|don't|left|kept|won't|"
        rf"hadn't){_NOT_KNOWING} ",
        rf"(?:one|half|#) {_up_to(3)}(?:of|in) (?:each|every) pair",
        rf"(?:on|to|for|in|with|gave|give|put|show|showed|charge|charged) half {_up_to(12)}the "
        rf"other half",
        rf"(?:was|were|ran|went|live|installed|shipped|launched|started) only (?:in|on|at|for|"
        rf"with) (?:the|one|half|#|some|two|our) {_up_to(2)}(?:ones?|side|half|tower|wing|end|"
        rf"hall|plant|building|office|region|counties|stores|shops|sites|branch|branches|ward|"
        rf"wards|towns?|city|country|store|shop|school|schools)",
        rf"only (?:in|on|at) (?:the|our) {_up_to(2)}(?:one|side|half|tower|wing|hall|plant|"
        rf"counties|stores|shops|sites|branch|branches|wards?) ",
        rf"(?:would|will|to) (?:see|get|pay|have|be) {_up_to(5)}(?:and|while|but) "
        rf"{_up_to(3)}(?:everywhere else|elsewhere|everyone else|everybody else|the others|the "
        rf"rest) {_up_to(3)}(?:would|will|sees?|gets?|pays?|keeps?|stays?|has|have|#)",
        rf"(?:switch(?:ed)?|turn(?:ed)?|took|take) {_up_to(4)}(?:on|off|out|away) (?:in|on|at|"
        rf"for) {_up_to(6)}(?:and|but|while) (?:left|leave|kept|keep) {_up_to(5)}(?:on|off|in|"
        rf"alone|as)",
        r"(?:and|while|but) the (?:other|others|rest)(?: \S+)? (?:didn't|did not|don't|do not|"
        r"doesn't|hadn't|hasn't|haven't|isn't|won't|wouldn't|waits?|waited|gets? nothing|"
        r"got nothing|keeps? the|kept the|stays? (?:on|as))" + _NOT_KNOWING,
    ),
    "withheld": (
        rf"(?:left|leave|leaving|kept|keep|keeping|hold|held|holding) {_up_to(1)}(?:#|half|one|a "
        rf"(?:third|quarter|fifth|tenth|slice|sliver|sample|handful|few|small)) "
        rf"{_up_to(5)}(?:from (?:seeing|getting|having|hearing|using|being|(?:ever|even) \S+)|out "
        rf"of it|off it|away from|without (?:it|the|one|them|any)|in the dark|on hold|aside|"
        rf"(?:who|that) (?:never|didn't)|who'd never)",
        rf"(?:kept|keep|hold|held|holding) {_up_to(1)}(?:#|half|one|a (?:third|quarter|fifth|"
        rf"tenth|slice|few|handful)) {_up_to(3)}back ",
        r"(?:hold|held|holding|keep|kept|keeping) (?:out|aside|apart|back) (?:a |an |the |our |"
        r"about |roughly )?(?:#|half|one|third|quarter|fifth|tenth|slice|sliver|sample|handful|"
        r"few|small|random|group|control)",
        r"set aside (?:a |an |the |about )?(?:#|half|one|third|quarter|fifth|tenth|slice|sample|"
        r"handful|few|random|group|control) (?:\S+ ){0,6}?(?:without|who|that|never|not)",
        r"held (?:back|out) (?:fifth|tenth|third|quarter|half|group|accounts|customers|users|"
        r"stores|shops|sample|set|percent)",
        r"(?:ghost|placebo|dummy|sham) (?:group|half|version|arm|ads|adds)",
        r"(?:group|half|set|lot|tenth|fifth|slice|sample|ones|those|#)(?: of \S+)?(?: \S+)? "
        r"(?:who|that|who'd|who'll)(?: would| will)? (?:gets?|got|sees?|saw|had|receive|received) "
        r"(?:nothing|none of it|neither)",
        r"(?:was|were|been|be|being) left (?:as|alone|untouched|on the old|unchanged|just as|"
        r"exactly as) ",
        rf"{_NO_PERSON}\S+ (?:never|didn't|did not|hadn't|weren't|wasn't|couldn't|refused|doesn't|"
        rf"don't) (?:\S+ )?(?:have|had|get|got|see|seen|saw|switch\S*|change\S*|used?|allow\S*|"
        rf"told?|receive\S*|reach\S*|take|took|touch\S*|convert\S*|upgrade\S*|install\S*|it) "
        rf"{_up_to(5)}(?:and|so|but) (?:its|their|theirs|they|those|\S+ there) "
        rf"{_up_to(5)}(?:stayed|the same|same|just as|as well|flat|exactly|no better|didn't "
        rf"(?:improve|move|fall|drop|rise|change)|fell too|rose too|still #|at #)",
        rf"(?:those|people|ones|\S+s) (?:we|i)(?:'d)? (?:never|hadn't|didn't|had not|did not) \S+ "
        rf"{_up_to(3)}(?:behaved|did|were|fell|rose|stayed|went|came|bought) {_up_to(4)}(?:same|"
        rf"exactly|just as|too|as well)",
        rf"(?:left|leave|leaving|kept|keep|keeping) {_NO_GROUP}{_OBJECT}{_AS_BEFORE} ",
        r"(?:carry|carried|carries|carrying) on (?:as (?:before|they|usual|normal|now|it)|"
        r"unchanged|without (?:it|them|the)|with the (?:old|usual|paper|same))",
    ),
    "blind_sharing": (
        r"(?:by|on|from|of|whose) (?:the |a |an |your |their |its )?(?:last |final |first |second "
        r")?(?:digits?|characters?|letters?) of",
        r"(?:which|what|whichever|where|who) (?:\S+ ){0,6}?(?:you|people|they|customers|someone|"
        r"somebody|anyone|it|patients|calls|orders|users) (?:gets?|got|lives?|lands?|landed|ends?|"
        r"ended|goes|went|falls?|fell|sees?|saw|draws?) (?:\S+ ){0,4}?(?:(?:is|was) (?:just|down "
        r"to|decided by|pure|a matter of|chance|luck)|(?:came|comes) down to)",
        rf"(?:go|goes|went|fill|fills|sent|send|sends|routed|lands?|landed|answered|taken|given|"
        rf"handed|falls|fell|assigned|gets?|got) {_up_to(4)}(?:whoever|whichever|whoever's|"
        rf"whichever's) {_up_to(4)}(?:free|short|nearest|open|shorter|first|next|available|empty)",
        rf"(?:doesn't|don't|did not|didn't|do not|does not) know one {_up_to(5)}from (?:another|"
        rf"the other|the next)",
        r"(?:nobody|no one|none of (?:us|them)) (?:chose|picked|decided|got to choose|could "
        r"choose|chooses|had chosen|had picked) (?:who|which|where|what)",
        r"(?:computer|system|spreadsheet|rota|roster|dice|auction|machine|software|script|server|"
        r"coin) (?:that )?(?:picked|chose|decided|dealt|assigned|picks|chooses|decides|assigns|"
        r"drew) (?:who|which|them|at random|the groups|half|somebody|someone|the|#)",
        r"(?:picked|chosen|drawn|assigned|decided|split|dealt|sorted|selected) by (?:the |a |our "
        r")?(?:computer|machine|system|spreadsheet|rota|calendar|auction|script|software|server|"
        r"lot|lottery|ballot|coin|dice|clock)",
        r"(?:machine|computer|system|spreadsheet|calendar|coin|dice) that (?:chose|picked|decided)",
        r"(?:born|joined|signed up|arrived|ordered|registered|started|came in) (?:in|on) (?:an |"
        r"the )?(?:odd|even|first half|second half)",
        rf"first half of (?:each|every|the) {_up_to(14)}second half",
        r"by (?:the )?(?:rota|roster|birthday|birth month|month of birth|date of birth|surname|"
        r"ballot|draw)",
        r"(?:who|that|which) (?:just |simply |only )?happened to (?:join|sign|log|start|book|live)",
        r"depend(?:s|ed|ing) on (?:the |which |what |when |your |their |whose )?(?:\S+ "
        r"){0,2}?(?:minute|second|digit|account number|card number|order number|serial number|"
        r"plate|printer|till|server|data cent(?:re|er)|birthday|draw|batch|cable|letter|plant)",
        r"(?:list|order|split|draw|assignment|groups?) (?:\S+ ){0,2}?(?:is|was|were|are) "
        r"(?:purely |completely |entirely |totally |just |all )?(?:at random|random|pure chance|"
        r"chance|a lottery|a coin toss)",
        r"(?:shuffled?|shuffling) (?:the |them|our |all |every)",
        r"(?:drew|draw|drawing|drawn|short|long|pulled|pulling) (?:by )?(?:straws?|lots)",
        r"(?:draw|drawn|drew|pulled|picked|pick|chosen) (?:\S+ ){0,3}?(?:from|out of) a (?:bowl|"
        r"hat|bag|box|bucket|tin|jar)",
        r"a random (?:slice|half|third|quarter|fifth|tenth|draw|group|set)",
        r"(?:drivers|people|customers|they|users|patients|members|guests|nurses|shops|stores) "
        r"(?:didn't choose|did not choose|didn't get to choose)",
        r"(?:dealt|handed|given|got|shared) (?:\S+ ){0,2}?(?:in turn|in rotation|round robin)",
        rf"(?:gave|give|put|picked?|sent|send|to|for|on|at|showed|show|take|took|held|kept|left) "
        rf"(?:\S+ ){{0,2}}?every {_ORDINAL} \S+",
        rf"every {_ORDINAL} (?:\S+ ){{1,4}}?(?:kept|got|gets|keeps|had|saw|sees|heard|went) "
        rf"(?:the|a|no)",
        r"every other (?:store|shop|site|household|customer|account|order|call|caller|patient|"
        r"request|visitor|session|house|ward|till|ticket|booking|driver|delivery|row|bed|desk|"
        r"class)",
        r"(?:on|off|with|without|used|ran|turned|switched|alternat\S*) (?:\S+ ){0,4}?every "
        r"(?:other|second) (?:day|week|night|month|shift|morning|hour)",
        r"(?:gave|give|sent|send|showed|show|offered|offer) (?:\S+ ){0,4}?one \S+ (?:in|out of) #",
        r"just (?:under|below|before|inside|short of) (?:\S+ ){0,2}?(?:limit|cut|line|threshold|"
        r"deadline|border|cutoff|age) (?:\S+ ){0,8}?just (?:over|above|after|outside|past|beyond)",
        r"(?:before|until) (?:the |that )?\S+ (?:\S+ )?(?:saw|got|had|paid|were given) (?:\S+ "
        r"){0,5}?(?:and|but|while) (?:those |anyone |everyone |people |the ones )?after",
        r"(?:swapp?(?:ed)?|alternat(?:ed?|ing)|flipp?(?:ed)?|toggled?|turned|switched) (?:\S+ "
        r"){0,7}?(?:nightly|night by night|day by day|week by week|(?:every|each) (?:other |# |"
        r"few )?(?:hours?|days?|nights?|weeks?|months?|shifts?|mornings?|evenings?|fortnight)) ",
    ),
    "mishap": (
        rf"(?:bug|outage|glitch|strike|fault|release|power cut|shortage) {_up_to(6)}(?:hit|hid|"
        rf"affected|touched|reached|took out|knocked out) {_up_to(4)}(?:half|one of|# of|some of|"
        rf"one (?:side|half))",
        r"(?:day|days|week|weeks|night|hours) (?:when |that )?(?:it|we|the \S+) (?:broke|failed|"
        r"went down|crashed|was down|was off) (?:for|in|at|on) (?:half|one|#|some|our)",
        rf"{_MISHAP} {_up_to(4)}(?:it )?(?:only|just) (?:hit|hid|hits|affected|affects|touched|"
        rf"reached)",
        rf"(?:got|gets?|had|has|launched|started|went live|opened|switched|received) {_up_to(7)}"
        r"(?:weeks?|months?|days?|year|quarter|season) (?:later|earlier|before|after) than "
        r"(?!expected|planned|usual|before|we|promised|scheduled|i|hoped|that)",
        rf"(?:couldn't|could not|can't|weren't able to|wasn't able to|hadn't) (?:make|run|take|"
        rf"get|have|be|been|support|show|ship|install|fit) {_up_to(6)}so (?:their|those|its|the) "
        rf"{_up_to(5)}(?:still|kept|stayed|never|went on|carried on|didn't)",
        r"for a (?:\S+ )?(?:legal|technical|supply|customs|licen(?:c|s)ing|contract|paperwork) "
        r"(?:reason|problem|delay|dispute)",
        rf"(?:lost|short|ran out|late|held up|delayed|only had|money for|enough for|fell behind|"
        rf"fallen behind) {_up_to(10)}so (?:about |roughly |some |the )?(?:#|half|some|others|"
        rf"rest|other) {_up_to(6)}(?:never|didn't|hadn't|did not|waited|had not|got nothing)",
        rf"(?:strike|delay|bug|mistake|accident|fault|shortage|mix up) {_up_to(8)}only (?:the|our|"
        rf"half|#|some|those|a few) {_up_to(4)}(?:got|had|received)",
        rf"(?:held up|delayed) {_up_to(8)}so (?:it|they|that \S+|those|the \S+) (?:just |simply "
        rf")?(?:carried on|went on|kept|made do|did without|had to do without)",
        r"(?:something|somewhere|someone|a place|people|a set) (?:to|i could|we could) compare",
        r"a comparison (?:i|we|nobody) (?:had not|hadn't|had never|never|didn't) plan",
    ),
    "side_by_side_build": (
        # "The wards that moved against the wards that stayed": one noun, told apart twice.
        r"(?:the|our|those) (\S{4,}) (?:that|who|which|with|where) (?:\S+ ){1,7}?(?:with|against|"
        r"to|versus|than) (?:the|our|those) \1 (?:that|who|which|without|where|still|waiting)",
        rf"(?:compared?|measured?|judged?|set|held|hold|checked?|benchmark\S*) (?:\S+ "
        rf"){{0,3}}?(?:against|with|to) (?:the|those|our|a|some|#|another|one) "
        rf"{_up_to(4)}(?:(?:that|who) (?:never|didn't|hadn't|had not|weren't|waited|stayed|were "
        rf"still)|without|still (?:on|waiting)|waiting|twin|sister|neighbou?r\S*|next door|"
        rf"untouched|matched|unexposed|rest|control)",
        r"(?:are|is|was|were) (?:what|who) (?:i|we) (?:could )?(?:measured?|compared?|judged?|"
        r"held) (?:\S+ ){0,3}?(?:against|with|to)",
        r"(?:paired|matched|match|twinned|coupled) (?:each|every|them|those) (?:\S+ "
        r"){0,3}?(?:with|to|against)",
        r"(?:#|some|others|another \S+) (?:that|which|who) (?:match|matches|matched|mirror)",
        r"(?:watch|track|follow|measure) (?:#|some|a few) (?:others|other \S+|more)",
        rf"(?:got|get|had|have|ran|run|used|saw|see|put|gave|give|tried|went) {_up_to(3)}(?:the|"
        rf"our|a) new (?:\S+ ){{0,3}}?(?:and|while|whereas|but) (?:the|those|#|in|on|after|for|"
        rf"at) \S+ (?:\S+ ){{0,4}}?(?:the |their |in )?old",
        rf"(?:got|get|had|have|ran|run|used|saw|see|put|gave|give|tried|went) {_up_to(3)}(?:the|"
        rf"our|a) (?:old|\S+ old) (?:\S+ ){{0,6}}?(?:and|while|whereas|but) {_up_to(5)}the new(?! "
        rf"one (?:is|was|hasn't|has|had))",
        rf"(?:{_APPLIED}|{_GOT}) {_up_to(12)}(?:and|while|but|whereas) (?:the|those|#|half|others|"
        rf"\S+ and) {_up_to(6)}(?:as before|as usual|as normal|as they (?:are|were)|the old way)",
        r"(?:team|others?|half|#|shift|crew|group|ones|rest|site|sites|\S+s) (?:did|doing|do|"
        r"does) (?:it|things|theirs) the (?:old|usual|normal) way",
        r"(?:then|turned it|switched it|turned them|switched them) (?:back )?on again",
        rf"(?:had|got|has|have) (?:it|the|them) (?:\S+ ){{0,2}}?(?:and |but |while )?(?:the "
        rf")?{_NO_PERSON}\S+ (?:didn't|did not|hasn't|hadn't|doesn't) (?:and|so|yet|have|get|the|"
        rf"for|because|until|in|at|but|which|all)",
        rf"{_APPLIED} {_up_to(16)}{_NO_PERSON}\S+ (?:kept|keeps|keep) (?:to |on with |using "
        rf")?(?:the|their|its) (?:old|flat|paper|usual|previous|existing)",
        rf"where (?:nobody|no one|none|nothing|we hadn't|it hadn't|they hadn't|it wasn't|it "
        rf"didn't) {_up_to(4)}(?:it|had|got|changed|was|used|shipped) {_up_to(6)}(?:#|same|stayed|"
        rf"flat|didn't|as well|too)",
        r"(?:signed up|applied|on the list) (?:but|and) (?:\S+ ){0,3}?(?:not been|hadn't been|"
        r"still waiting|waiting their)",
        rf"(?:stuck|still|left|remained|stranded|waiting) on the old {_up_to(12)}(?:same|stayed|"
        rf"too)",
        rf"{_NO_PERSON}\S+ (?:kept|stuck|stayed) (?:to |with |on )?(?:the|their|its) (?:old|paper|"
        rf"usual|previous|former|existing|original) {_up_to(5)}(?:and|while|but|where) "
        rf"{_up_to(6)}(?:#|still|same|didn't|stayed|flat)",
        rf"theirs (?:is|was|stayed|went|didn't|fell|rose|had|has|never|still) {_up_to(4)}(?:#|"
        rf"still|same|up|down|flat)",
    ),
    "told_apart": (
        rf"(?:the|those|our) (\S+) (\S{{4,}}) {_up_to(12)}(?:and|while|but|whereas) the (?!\1 "
        rf")\S+ \2 {_up_to(4)}(?:waited|wait|kept|keep|got|gets|saw|had|used|stayed|carried on|"
        rf"didn't|hadn't|never|were left|was left)",
        rf"the (\S{{4,}}) (in|on|at|from) {_up_to(8)}(?:while|whereas|but|and) the \1 \2 "
        rf"{_up_to(4)}(?:got|kept|didn't get|hadn't|waited|went without)",
        rf"half {_up_to(6)}(?:got|get|had|have|saw|see|heard|paid|pay|used|were given) "
        rf"{_up_to(6)}half (?:of \S+ )?(?:got|get|had|have|saw|see|heard|paid|pay|used|were|the)",
        rf"(in|at|on) {_NO_PLACE}{_up_to(14)}(?:and|while|but) \1 {_NO_PLACE}\S+ (?:\S+ "
        rf"){{0,2}}?(?:it|they|the \S+) (?:stayed (?:where|put|as|at)|remained|was left|were left)",
        r"(?:lottery|ballot|raffle|draw|coin|dice) (?:that )?(?:settled|decided|picked|chose|"
        r"settles|decides|picks|chooses)",
        r"(?:by a draw|by draw|by raffle|tossed for|toss for|tossing for)",
        r"(?:without|not) (?:knowing|told|being told|telling them) which ",
        r"(?:blindfold\S*|blind tast\S*|blind test\S*|double blind)",
        rf"{_GOT} {_up_to(12)}(?:and |while |but )?(?:the rest|the others|everyone else) (?:saw|"
        rf"had|got|used|paid|heard|read) (?:no |nothing|the (?:old|usual|\S+ as (?:always|before|"
        rf"usual)))",
        r"(?:two|three|#|second|other|control|untreated) arms?",
        r"(?:something|someone|somewhere|somebody) to (?:compare|set|hold|measure|check) (?:it |"
        r"them |this |that )?(?:with|against|to)",
        rf"(?:every|each) \S+ (?:who|that|which) {_up_to(5)}(?:i|we) (?:found|took|picked|chose) "
        rf"(?:one|another|a) {_up_to(4)}(?:same|like|similar)",
        rf"each time (?:the|it) {_up_to(5)}(?:came|arrived|went live|started|switched|followed|"
        rf"fell|rose)",
        rf"first {_up_to(4)}and {_up_to(7)}(?:#|a|some) (?:weeks?|months?) later",
        r"one (?:week|day|month|night|shift) and \S+ the next",
        r"(\S+s) with (?:\S+ ){1,3}?and \1 without",
        r"(?:was|were|is|are) (?:my|our|the) (?:controls?|comparison|check) ",
        r"(?:give|gave|charge|charged|offer|offered|tell|send|sent|show|showed) "
        rf"{_SOME} {_up_to(8)}and (?:charge|give|send|tell|show|leave|keep|offer|charged|gave|"
        rf"sent|told|showed|left|kept) (?:the rest|the others|everyone else|half)",
    ),
    "others_outcome": (
        # Twice a figure, once for those with it and once for those without.
        rf"# {_up_to(7)}(?:with|where|in|on|for|among|at) {_up_to(6)}(?:and|against|versus|but|"
        rf"compared (?:with|to)) {_up_to(2)}# {_up_to(4)}(?:without|with out|where "
        rf"{_up_to(4)}(?:not|wasn't|didn't|weren't|hadn't|isn't|never)|(?:in|on|at|for|among) the "
        rf"(?:others?|rest|control|old|waiting|remaining))",
        rf"(?:those|the ones|people|customers|users|\S+s) (?:who|that|with|on|in) {_up_to(8)}# "
        rf"{_up_to(8)}(?:those|the ones|people|customers|users|\S+s) (?:who|that) "
        rf"{_up_to(2)}(?:never|hadn't|had not|were waiting|were still waiting|couldn't|could not|"
        rf"had no) {_up_to(8)}#",
        rf"(?:those|ones|\S+s|group) without {_up_to(7)}(?:didn't (?:budge|move|change)|stayed|"
        rf"hardly moved|barely moved|# (?:to|then|and then) #|still #)",
        rf"(?:untouched|control|ghost|comparison|placebo|unexposed) (?:\S+ )?{_up_to(6)}(?:#|"
        rf"didn't (?:budge|move|change)|stayed|hardly moved|barely moved)",
        rf"(?:waiting|matched|remaining) {_SITES} {_up_to(6)}(?:#|stayed|didn't|hardly|barely)",
    ),
}


@lru_cache(maxsize=1)
def _contrasts() -> tuple[list[tuple[str, LatePattern]], PatternIndex]:
    """Return each pattern with the list of cues that it belongs to, and their index."""
    contrasts = [
        (f"isolation.strong.{name}", LatePattern(" " + pattern))
        for name, patterns in _PATTERNS.items()
        for pattern in patterns
    ]
    return contrasts, PatternIndex([pattern for _, pattern in contrasts])


def contrasts_among(words: Iterable[str]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns that may be found among these words, each with its list of cues."""
    contrasts, index = _contrasts()
    for number in index.possible(words):
        cue, pattern = contrasts[number]
        yield cue, pattern.compiled
