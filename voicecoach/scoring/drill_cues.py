"""How the points of the drills are put aloud: patterns over the plain view of a reply.

In that view words stand between single spaces, "." is any mark that ends a clause, "," a lighter
one; a recogniser writes neither, so no pattern may need them.
"""

from __future__ import annotations

import re

from voicecoach.word_sets import word_set

_W = r"(?:(?!\. )\S+ )"
"""One word of the same sentence."""

NUMBER = (
    r"(?:\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
    r"ninety|hundred|thousand|million|half|third|quarter|fifth|tenth|dozen|twice|double|doubled|"
    r"one percent|one in|one point|a percent|a point)"
)
_I_WOULD = r"(?:i'd|i would|i will|i'll|we'd|we would|we will|we'll|let's|let me|i could|we could)"
_SO = r"(?:therefore |only |rather |also |then |instead |still |now |just |first |probably )*"

# --- measures -----------------------------------------------------------------------------------

_ACTED = (
    r"(?:\w+ed|made|done|read|paid|sent|sold|kept|left|begun|found|given|taken|bought|came|come|"
    r"who|that|which|where|whose|with|without|after|when|ending|end|per|used|still|again)"
)
_CLOSE = r"(?:(?!(?:and|or|[.,]) )\S+ )"
"""One word of the same phrase."""

MEASURE = re.compile(
    rf" (?:(?P<share>(?:share|percentage|percent|proportion|fraction|number|count|rate) of )"
    rf"{_CLOSE}{{1,5}}?{_ACTED}|"
    r"how (?:many|often|quickly|soon|long|fast|much time)|"
    r"(?:median |average )?(?:time|days|minutes|hours|seconds|weeks|steps|turns|taps|tries|"
    r"searches)"
    r" (?:it takes |passes )?(?:from|until|till|between|before|per|for each|for every|to the|to a|"
    r"it takes)|"
    r"(?:repeat|second|reorder|re-order|completion|conversion|resolution|abandonment|retention|"
    r"error|fallback|drop off|dropoff|churn|refund|return|cancellation|no show|repurchase|success|"
    r"fail|failure|renewal|reopen|churn)(?: (?:purchase|order|visit|booking|call|contact|use))?"
    r" (?:rate|share)|"
    r"(?:drop|walk) offs?|repeat (?:purchases|orders|visits|bookings|calls|requests)|"
    r"task (?:success|resolution|completion)|"
    r"(?:started|initiated|finished|completed|repeated|abandoned|resolved|returned) (?:\S+ ){0,2}"
    r"(?:a|per|each|every) (?:day|week|month|visit|session|person|household)|"
    rf"\S+s (?:that|who|which) {_W}{{1,8}}?(?:as a share of|out of|per|within|in the promised|"
    rf"in the "
    rf"same|in the first)|"
    r"whether (?:\S+ ){1,9}?(?:again|back|within|finish|finished|complete|wanted|return|done|"
    r"first time|without)|"
    r"(?:\S+s) who (?:\S+ ){1,8}?(?:as a share|out of)) "
)
"""Heads of measures of behaviour: an act, out of a whole or in a time."""

VANITY = re.compile(
    r" (?P<what>(?:(?:daily|monthly|weekly) )?active users?|daily actives|page ?views|page views|"
    r"(?:app )?downloads|installs|impressions|(?:ad impressions)|followers|likes|"
    r"(?:number of )?(?:visits|visitors|sessions|users|views|clicks)|sign ups?|signups|"
    r"registrations|registered (?:users|shops|accounts|sellers)|total users|"
    r"net promoter(?: score)?|"
    r"(?:customer )?satisfaction(?: score)?|approval(?: rating)?s?|star ratings?|ratings?|reviews|"
    r"units sold|time spent|minutes spent|awareness|opens) "
)
"""Presence, volume and opinion."""

MEASURE_STOPWORDS = word_set(
    "how many often long the a an of share percentage number people users customers who that and "
    "or",
    "to in out from is are it they them by with also then would i we first second third",
)

# --- arguing against a measure ------------------------------------------------------------------

BLIND_SPOT = re.compile(
    r" (?:(?:won't|never|(?:does|do|would|will|can|could|did)(?:n't| not)) (?:really |even |"
    r"necessarily |"
    r"actually )?"
    r"(?:tell|say|show|see|know|capture|catch|prove|reveal|notice|include|cover|count|distinguish|"
    r"separate|reflect|hear)|"
    r"cannot (?:tell|see|know|show|say|distinguish|separate|hear)|"
    r"can't (?:tell|see|know|show|say|distinguish|separate)|"
    r"(?<! we )(?<! i )(?:misses|miss|ignores|ignore|hides|hide|overlooks|overlook|"
    r"forgets|forget|excludes|"
    r"leaves out|leave out|leaves aside|loses sight of)|"
    r"(?:says|tells|say|tell)(?: us| me| you)? (?:nothing|little|not) (?:about|of)?|"
    r"(?:would|will|we'd|you'd|we'll|they) never (?:know|see|learn|find out|hear)(?= )|"
    r"(?:has|is|leaves) a (?:hole|gap|blind spot)|unfair to|(?:isn't|is not|not) the same (?:as|"
    r"thing)|"
    r"(?:can|could|may|might) (?:hit|reach|game|fake|cheat|inflate|trick) (?:it|that|the number)|"
    r"(?:can|could|may|might) be (?:finished|gamed|faked|met|reached|bought|hit|closed)"
    r" (?:because|by|without)|to look good|over represented|(?:aren't|are not|isn't) in|"
    r"invisible(?: to)?|(?:drops?|falls?) out of|(?:never|doesn't|don't|won't) (?:show|turn) up|"
    r"(?:is|are|be) (?:not|never) (?:counted|seen|in it)(?= )|"
    r"blind (?:to|for)|no idea (?:who|if|whether|why|what|how)|"
    r"(?:you|we|i|nobody|no one) (?:don't|do not|can't|cannot|never|won't)? ?(?:know|knows|see|"
    r"sees|"
    r"learn|learns|find out)(?: from it| by it)?(?= (?:who|if|whether|why|what|how|that))|"
    r"not (?:whether|if|why|how|who|what)) "
    rf"(?P<rest>{_W}{{0,12}})"
)
_UP_OR_DOWN = (
    r"(?:up|rise|rises|rising|grow|grows|high|higher|climb|climbs|improve|improves|improved|good|"
    r"better|great|fine|down|fall|falls|drop|drops|low|lower|shorter|faster|increase|increases|"
    r"perfect|healthy|well|quick|quicker)"
)
WRONG_WAY = re.compile(
    r" (?:"
    rf"(?:can|could|might|may|would|will) {_W}{{0,3}}?(?:{_UP_OR_DOWN} ){_W}{{0,6}}?"
    r"(?:while|even if|even though|even when|though|although|but|without|because|simply|just|only|"
    r"when|if|and (?:nobody|no one|nothing|still|yet|they))|"
    rf"(?:goes|go|gets|get|is|looks|look|also|it|rate|number|drop|drops|rises|falls|that|median) "
    rf"{_W}{{0,3}}?(?:{_UP_OR_DOWN} ){_W}{{0,6}}?"
    r"(?:while|even if|even though|even when|though|although|but|without|because|simply|"
    r"only because|"
    r"when there|when fewer|when less|and (?:nobody|no one|nothing|still|yet))|"
    r"(?:can|could|might|may) (?:hit|reach|meet|approve|close|game|fake|buy|inflate|push) "
    rf"{_W}{{1,6}}?(?:by|and|to look|without|just)"
    rf") {_W}{{2,12}}"
)

# --- repairing it -------------------------------------------------------------------------------

_COUNT = (
    r"(?:count|measure|use|divide|pair|add|track|split|look at|watch|put|set|change|narrow|define|"
    r"redefine|exclude|drop|leave out|weigh|weight|compare|combine|replace|keep|limit|report|read|"
    r"take|ask|subtract|require|include)"
)
REPAIR = re.compile(
    rf" (?:{_I_WOULD} {_SO}{_COUNT}|count only|only count|counting only|you'd want to {_COUNT}|"
    r"what i do about it is|(?:i|we) (?:also |now |then )*(?:looked at|moved (?:us|it|them) to|"
    r"changed (?:it|the measure|the number) to|switched (?:us |it )?to|counted|measured|"
    r"keep (?:a )?count of|keep|added|paired|replaced)) "
    rf"(?P<rest>(?!other things){_W}{{2,26}})"
)
LIMITS = re.compile(
    r" (?:only|per|who|that|which|where|within|without|next to|alongside|together with|beside|"
    r"side by side|pair|divide|by everyone|out of|excluding|leaving out|instead of|rather than|"
    r"minus|plus|as well|unless|after|before|at least|including|as failures|in the same|everyone) "
)

# --- decisions ----------------------------------------------------------------------------------

_NO_ACT = (
    r"(?:think|want|say|like|love|see|look|check|consider|discuss|need|be|have|dig|guess|talk|hope|"
    r"prefer|wonder|know|understand|measure|monitor|watch|analy[sz]e|investigate|explore|track|"
    r"find|"
    r"argue|call|agree|align|wish|suggest|expect)"
)
RULING = re.compile(
    rf" (?:(?:so |and )?{_I_WOULD} (?:not |never )?{_SO}(?!{_NO_ACT} )[a-z]+|"
    r"(?:so |then )(?:we|i) (?:take|switch|turn|stop|keep|roll|pull|ship|leave|cap|drop|end|go)|"
    r"(?:so|then|and|better|rather) (?:keep|stop|drop|leave|pull|ship|kill|roll|switch|turn|take|"
    r"limit|cap) (?:it|them|that|this)|"
    r"my (?:decision|call|ruling) (?:is|would be)|i decide|we decide|i'd rather not) ?"
    rf"(?<= )(?:{_W}{{1,12}})?"
)
_STAND = (
    r"(?:ship|launch|start|begin|roll|do it|wait|hold|say no|say yes|go|introduce|not|allow|refuse|"
    r"reject|agree|try|offer|stop)"
)
STAND = re.compile(
    rf" (?:{_I_WOULD} (?:not |never )?{_SO}{_STAND}|i wouldn't|we wouldn't|not yet|"
    r"hold it(?: back)?|launch it|ship it|don't ship|do not ship|not as proposed|"
    r"my answer is|the answer is|(?:i'm|i am) (?:for|against|all for)|"
    r"(?:i'd|i would) say (?:no|yes|not|first|wait)|no for now|yes but|yes with|no not|"
    r"(?:i|i'd|we|i would|we would) (?:recommend|advise)|i'm (?:in favour|in favor|"
    r"not in favour)) ?"
    rf"(?<= ){_W}{{0,10}}"
)
_STOP_VERBS = (
    r"(?:stopped|killed|closed (?:it|them|that|the [a-z]+)|buried|binned|unshipped|"
    r"wound (?:it|that) up|let (?:it|that|the [a-z]+) go|put an end|pulled|shut|cancelled|"
    r"canceled|dropped|scrapped|sunset|ended|reversed|"
    r"withdrew|halted|paused|abandoned|retired|removed|postponed|shelved|reverted|"
    r"turned (?:it|them|that|the [a-z]+|the [a-z]+ [a-z]+) (?:off|round|around)|turned off|"
    r"took (?:it|them|that|the [a-z]+) (?:down|out|off|back|away)|took back|"
    r"rolled (?:it|them|that|the [a-z]+) back|rolled back|switched (?:it|them|the [a-z]+) off|"
    r"called (?:it|the [a-z]+) off|called off|pulled the plug|said no|gave up on|went back to|"
    r"changed (?:the|our|my) (?:plan|direction|roadmap)|refused to ship|decided against|"
    r"decided (?:not )?to (?:stop|end|kill|drop|pull|cancel|not)|recommended (?:to stop|stopping))"
)
STOPPED = re.compile(
    rf" (?:(?:i|we|i'd|we'd|and|so i|so we|then i|my team and i) (?:then |finally |therefore |had |"
    rf"myself |personally |also |just )*{_STOP_VERBS}|"
    r"(?:it|that|this|they|feature|launch|test|project) (?:was|were|got) (?:switched|turned|shut|"
    r"taken|rolled|pulled|stopped|cancelled|killed|ended|sunset|removed|withdrawn)|"
    r"(?:i|we) (?:put (?:it|them|that) back|slowed (?:it|them|the \S+) (?:back )?down)|"
    rf"(?:i|we) (?:decided|agreed) to wind (?:it|that) down) (?:{_W}{{0,10}})"
)

# --- what it cost -------------------------------------------------------------------------------

PRICE = re.compile(
    rf" (?:(?:although|even though|though) {_W}{{3,14}}|"
    r"(?:weeks|months|year|years|days|half a year) of work|lost (?:half|the|a|my|six|three|two) |"
    r"(?:(?:didn't|did not|wouldn't|would not) (?:talk|speak|look) (?:to|at)|grumbl\w+|complain\w+|"
    r"cross with|reminds? me|unpleasant|favou?rite|fought|stung|wrote off|written off|"
    r"uncomfortable|awkward|furious|angry|upset|"
    r"unhappy|hated|hurt|disappointed|against it|laughed|painful|ugly|"
    r"embarrass\w+|ashamed|apologi[sz]e\w*|nobody believed|didn't believe|sunk (?!cost)|"
    r"for nothing|"
    r"thrown away|gave up my|gave up the|had promised|i'd promised|had announced|already (?:spent|"
    r"paid|announced|promised)|had (?:already )?spent|(?:it was|was) my own|waste of time|"
    r"(?:lost|losing) the argument|his call|her call|their call|"
    r"had to (?:tell|explain|answer|face|pay|write|admit)|would have to answer|i'd have to|"
    r"if i was wrong|resist\w*|pushed back|wanted (?:it|the|me|us)|(?:two|three|four|many|long|"
    r"whole) (?:nights|weekends|evenings)|worked (?:two|three|all|every) (?:weekends?|nights?)|"
    r"cost (?:me|us) )) ?"
    rf"(?<= ){_W}{{0,8}}"
)
_WORSE = (
    r"(?:returns|refunds|complaints|cancellations|churn|checkouts?|check outs?|orders|trust|sleep|"
    r"repeat\w*|margin|sellers?|customers|people|families|support|cases|income|viewers|loyalty|"
    r"quality|money|time|calls|contacts|sessions|follow ups?|questions|subscribers|things|"
    r"completion|conversion|sales|nights|revenue)"
)
COST = re.compile(
    r" (?:gave away|borrowed from|pulled forward|"
    r"(?:simply|only|just) (?:bought|ordered|came) (?:it |them )?(?:earlier|sooner)|"
    r"at the (?:expense|cost|price) of|(?:came|comes) (?:out of|at)|"
    rf"(?:costs?|costing) (?:us|them|me|you|customers|more|about|three|two|the)|"
    rf"(?:the )?(?:cost|price) (?:is|was|may be|could be|would be)|"
    rf"(?:may|might|could|will|would|does|did)(?: have)? (?:hurt|harm|damage|annoy|cost|lose|"
    rf"lower|raise) {_W}{{0,3}}?{_WORSE}|(?:hurts|hurt|harms|damages|annoys|eats into|borrows from|"
    rf"steals from|cannibali[sz]es)|{_WORSE} {_W}{{0,5}}?(?:fell|falls?|dropped|drops?|rose|rises?|"
    rf"doubled|double|went up|went down|go up|go down|goes up|suffer\w*|lose|loses|lost|cancel|"
    rf"resent|leave|complain|come back|send (?:things|it|them) back|angrier)|"
    rf"(?:fewer|less|lost|more) (?:finished )?{_WORSE}|people will resent|pays? for it with) "
    rf"{_W}{{0,8}}"
)
_GAIN = (
    r"(?:worth|saves?|frees?|earns?|brings? in|makes? us|gains?|(?:that|it|which|this|"
    r"lift like that)"
    r" (?:means|meant)|that's (?:maybe |about |roughly |around )?|a (?:family|parent|customer|"
    r"nurse|"
    r"seller|child|person) )"
)
WORTH = re.compile(
    rf" (?:(?:is|be|are|was|'s)? ?worth (?:about |roughly |around |maybe |some )?(?=a |one |"
    rf"{NUMBER})|"
    r"(?:lets|allows|gives|hands|buys) (?:a |the |every |each |two |three )?(?:people|them|her|him|"
    r"agents?|parents?|famil(?:y|ies)|customers?|nurses?|drivers?|sellers?|users?|us) |"
    rf"(?:it |that |which |this )(?:saves|frees|spares|gives back) {_W}{{0,3}}?|"
    r"(?:saves|frees|spares) (?:them|him|her|us|every|each|a|the|two|people|families|parents) |"
    rf"(?:means|mean) (?:that )?(?:a|an|one|fewer|more|{NUMBER}|the|nobody|somebody|someone|"
    rf"parents|"
    rf"families|people|they|customers) |"
    rf"(?:for|to) (?:a|the|our|every) \S+ (?:\S+ )?(?:that|it|this) (?:means|is|saves|frees) |"
    rf"(?:that's|that is|it's|so that's) (?:maybe |about |roughly |around |some )?{NUMBER} "
    rf"{_W}{{0,3}}?(?:more|a year|a month|dollars|euros|pounds|sales|orders|customers|hours) |"
    rf"{NUMBER} {_W}{{0,2}}?(?:dollars|euros|pounds|thousand|million) {_W}{{0,3}}?(?:a|per|every) "
    rf"(?:year|month|week|quarter) ){_W}{{1,12}}"
)

# --- experiments, lines and guardrails ----------------------------------------------------------

_SUBSET = (
    rf"(?:half|(?:a |one )?(?:tenth|fifth|quarter|third)|(?:one |a )?{NUMBER} (?:percent|"
    rf"in a hundred|[a-z]+)|"
    r"one (?:percent|region|city|country|store|shop|town|category|week|hotel|branch|part|team|area|"
    r"market|floor|ward)|a (?:few|small group|handful|hundred|thousand|part|sample|single)|some|"
    r"every (?:other|second|third)|random\w*|volunteers)"
)
TRIAL = re.compile(
    rf" (?:{_I_WOULD} (?:not |only )?{_SO}[a-z]+ {_W}{{0,9}}?(?:in|on|with|for|to|from|among) "
    rf"{_SUBSET} |"
    rf"{_I_WOULD} (?:record|listen to|replay|label|read|sample) {_W}{{0,3}}?{_SUBSET} |"
    rf"(?:test|try|run|pilot|start|begin|roll it out|roll out|ship|launch|show|give|switch|"
    rf"turn|make|offer|let|add|ask|put|change|use|compare|only|small|but small) "
    rf"{_W}{{0,9}}?(?:(?:in|on|with|for|to|at|from|among|by) )?{_SUBSET} "
    rf"|(?:for|in|on|with|at) {_SUBSET} {_W}{{0,5}}?(?:we|i|we'd|i'd|i would) {_W}{{0,2}}?"
    rf"(?:test|try|ask|show|give|change|turn|switch|add|run|use|read|play|make|put|send) "
    rf"|{NUMBER} (?:[a-z]+ )?(?:shops|stores|pharmacies|hotels|cinemas|cities|towns|homes|sellers|"
    rf"users|customers) (?:for|over|during) )"
    rf"(?:{_W}{{0,14}})"
)
TRIAL_SIGN = re.compile(
    r" (?:percent|weeks?|months?|days?|devices?|towns?|season|winter|summer|quarter|region|"
    r"regions|hotels?|stores?|"
    r"shops?|cities|city|country|compare|compared|unchanged|usual price|old prices|others|users|"
    r"customers|kitchens|homes|devices|people|callers|callers|volunteers|random|cinemas|pharmacies|"
    r"categories|riders|group|half|households) "
)
_FAILED = (
    r"(?:stop|stopped|drop|pull|wrong|failed|fails|failure|give up|gives? it up|take it back|"
    r"turn it (?:back|off)|roll|go back|end it|end|call it (?:off|a failure)|kill|scrap|withdraw|"
    r"reverse|switch it off|throw it away|over|finished|dead|close|bin it|shelve|abandon|unship|"
    r"walk away|change my mind|quit|cancel|it's not|it is not|it wasn't|something else|the end of)"
)
DISPROOF = re.compile(
    rf" (?:(?:if|should|unless|when|once|until) {_W}{{3,24}}?(?:[.] )?(?:then |so )?"
    rf"{_W}{{0,6}}?{_FAILED}(?= )|"
    rf"(?:stop|drop|pull|wrong|call it (?:off|a failure)|give (?:it|that|this) up|i'd end|we end|"
    rf"i'd give up|take it back|turn it off|failed|kill it) {_W}{{0,4}}?(?:if|when|unless|once|"
    rf"should) {_W}{{2,16}}|"
    rf"(?:more|less|fewer|under|over|below|above) (?:than )?{NUMBER} {_W}{{0,3}}?(?:, )?and "
    rf"(?:i|we|it) {_W}{{0,2}}?{_FAILED}(?= )|"
    rf"(?:know|see) (?:that |it )?(?:that's|it's|i'm|i am|i was) wrong (?:if|when) {_W}{{2,16}}|"
    rf"means (?:that )?(?:i|we|it) {_W}{{0,3}}?(?:wrong|failed)(?= )|"
    rf"(?:would|that'd|will) (?:prove|show|tell) (?:me |us )?(?:that )?(?:i'm |i am |i was |we "
    rf"are |it )?(?:wrong|failed)(?= ))"
)
_HARM = (
    r"(?:complaints?|returns|refunds|repeat\w*|cancellations?|trust|support contacts|contacts|"
    r"bookings?|churn|loyalty|regular \S+|families|regulars?|customers?|guests?|riders?|sellers?|"
    r"prices?|margin|full price sales|baskets?|visits|satisfaction|people|households|retention|"
    r"sales|small sellers|price)"
)
GUARDRAIL = re.compile(
    rf" (?:(?:watch|keep an eye on|protect|guard|monitor|look out for|mind) {_W}{{0,5}}?{_HARM}|"
    rf"(?:guardrails?|thing to protect|safeguard) (?:is|are|would be|was) {_W}{{0,5}}?{_HARM}|"
    rf"{_HARM} {_W}{{0,3}}?(?:must|may|should|can|could)(?: not| never|n't)|"
    rf"(?:must|may|should|can|would)(?: not|n't| never) {_W}{{0,3}}?(?:pay|see|rise|fall|drop|"
    rf"go up|go down|get worse|move|lose|be charged|change)|"
    rf"(?:nobody|no one|none of them) {_W}{{0,2}}?(?:pays?|sees?|is charged|may|should|must)|"
    rf"(?:tickets?|prices?|fares?|tariffs?|rates?|fees?|promises?) {_W}{{0,5}}?(?:(?:has|"
    rf"have) to |must "
    rf"|should )?(?:stays?|remains?|keeps?|kept)|"
    rf"no (?:price|customer|guest|rider|seller|family|fare|household|one) {_W}{{0,3}}?(?:may|"
    rf"should|can|must|pays|sees|will|would)|(?:make sure|as long as|ensure) (?:that )?{_W}{{0,8}}?"
    rf"(?:do not|don't|does not|doesn't|not|never|stays?|keeps?)|"
    rf"(?:with )?a (?:cap|ceiling|limit|floor) (?:at|of|on)|(?:cap|limit) (?:the|each|every|all)|"
    rf"never more than|at most) {_W}{{0,10}}"
)
STOP_LINE = re.compile(
    rf" (?:(?:if|should|unless|once|when|as soon as) {_W}{{1,14}}?{NUMBER} {_W}{{0,14}}?(?:[.] )?"
    rf"{_W}{{0,6}}?(?:stop|end|pull|back|off|drop|over|cancel|withdraw|quit|call|turn)(?= )|"
    rf"(?:stop|end it|pull it|call it off|go back|turn it off) {_W}{{0,3}}?(?:if|when|once|at|as "
    rf"soon as) {_W}{{0,12}}?{NUMBER}(?= )|"
    rf"(?:if|unless|should|once) {_W}{{1,9}}?(?:more than|less than|fewer than|at least|below|"
    rf"under|"
    rf"above|by|up|down) (?:more than )?{NUMBER} {_W}{{0,16}}?(?:i|we|i'd|we'd|that's) {_W}{{1,8}})"
)

# --- beliefs, guesses, benefits -----------------------------------------------------------------

BELIEF = re.compile(
    r" (?:(?:i|we|everyone|everybody|they|my (?:boss|director|team)|people)(?: all| both|'d| had)?"
    r" (?:thought|believed|expected|hoped|bet|assumed|wanted|predicted|figured|reckoned|"
    r"was (?:sure|certain|convinced)|were (?:sure|certain|convinced))|hoped|"
    r"(?:my|our|the) (?:hypothesis|idea|bet|hope|belief|plan|expectation|theory) was|"
    rf"was (?:supposed|meant) to|looked like a sure|"
    r"(?:nobody|no one) (?:doubted|questioned)|(?:everyone|everybody|people|"
    r"growers|users|customers) (?:was|were) (?:thrilled|delighted|happy|sure)|said they loved|"
    r"(?:i|we|i'd|we'd|who'd|had) (?:pushed for|pitched|championed|fought for|promoted)|"
    r"(?:told|promised|assured) "
    r"(?:everyone|everybody|them|the board|people|my \w+) (?:that )?|i'd have sworn|i swore|"
    r"my money was on|"
    r"(?:i|we) took (?:it )?for granted|"
    rf"(?:i|we) (?:was|were) (?:so |very |quite )?(?:confident|proud|excited|in love with|"
    rf"keen)) {_W}{{2,14}}"
)
HYPOTHESIS = re.compile(
    r" (?:(?:i|we) (?:think|believe|suspect|guess|bet|assume|would guess|reckon|imagine|wager)|"
    r"i'd (?:guess|bet|wager|say it's)|(?:is|are) (?:simply|probably|just|perhaps) (?:too|not)|"
    r"it (?:looks|seems) (?:like|as if|to be|that)|must be (?:that|because)|"
    r"my (?:guess|hypothesis|suspicion|bet|theory|hunch) (?:is|would be|was)|"
    r"the (?:likely |probable )?(?:cause|reason) (?:is|may be|might be|could be)|"
    r"(?:probably|perhaps|maybe|likely) (?:because|it's|the|they|that)|"
    r"(?:it|this|that|they|people) (?:may|might|could) (?:be|have|come|not)|because|"
    r"my (?:feeling|sense|impression|reading) is|"
    rf"so (?:people|they|customers) (?:may|might|probably)) {_W}{{2,16}}"
)
BENEFIT = re.compile(
    rf" (?:(?:as of (?:now|today)|starting (?:this|next) \w+|from (?:this|next) \w+ on|"
    rf"until (?:yesterday|now|today)) {_W}{{0,12}}?(?:can|they|he|she|"
    rf"you|people|somebody|nobody|families|guests)|"
    rf"(?:now|from today|starting today|today|from now on|at last|finally) {_W}{{0,4}}?"
    rf"(?:can|see|get|gets|hold|has|have|nobody|no)|"
    r"(?:they|you|she|he|people|shoppers|customers|families|neighbours|parents|users|owners|"
    rf"nurses|tenants|travellers) (?:can|are able to|is able to|will be able to|see|sees)|"
    r"(?:can|is able to|are able to) now|no longer (?:has|have|need|needs)|"
    r"(?:doesn't|don't|needn't|does not|do not) (?:have to|need to)|never (?:again|have to)|"
    rf"so (?:that )?(?:they|she|he|you|people) can|nobody has to) {_W}{{2,14}}"
)
OWN_ACT = re.compile(
    r" i (?:then |also |just |finally |personally |had |didn't |myself )*"
    r"(?!thought|was|had|think|believed|wanted|hoped|felt|knew|lost|could|would|am|worked for)"
    r"(?:\w{2,}ed|spent|put|built|told|took|wrote|made|said|went|ran|sat|drew|found|gave|got|cut|"
    r"held|rang|left|kept|chose|paid|sent|brought|taught|stood|set|split|wait|did|asked|saw) "
    rf"{_W}{{1,12}}"
)
CHOICE = re.compile(
    r" (?:i|we|my team|our team) (?:then |therefore |also |just )*"
    r"(?:asked|told|got|had|let|introduced|proposed|opted|settled|picked|gave|moved|set|changed|"
    r"swapped|began|started|assigned|built|took|held|sent|asked for|insisted|arranged|agreed|"
    r"convinced|persuaded) (?:it|them|the|each|every|all|our|to|for|a|an|on|only|with|drivers|"
    rf"people|customers) {_W}{{2,12}}"
)
"""A decision that is told as an act, where no word of deciding is used."""

METHOD = word_set(
    "model models regression gradient boosted boosting forest neural network networks embedding",
    "embeddings matrix factorisation factorization clustering cluster clusters topic accuracy",
    "precision recall coefficient coefficients features feature-engineering engineering trained",
    "training validation cross classifier bayesian sequential significant significance p-value",
    "pipeline python sql offline ranking hyperparameters tuned tuning fine-tuned transformer",
    "dataset datasets controls auc error mean seasonal terms algorithm algorithms logistic "
    "deployed",
    "layer layers logs",
)
"""Words of method: a few of them are a clause, more are a lecture."""
