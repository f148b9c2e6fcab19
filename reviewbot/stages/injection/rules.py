"""How text speaks that wants to give orders to a model reviewing it: patterns, by what they try.

`WORDS` are matched against lower-case words with one space between them; what punctuation tells stands in
`shapes`.
Gaps are counted in words and bounded, so a pattern takes time in proportion to its text. A pattern asks for two or
three things together, such as somebody who is spoken to, an order, and a review: one of them alone is what code and
documents say every day.
"""

from __future__ import annotations

import re

from msgspec import Struct

from reviewbot.late import compiled


class Rule(Struct, frozen=True, kw_only=True):
    attempt: str
    """What the text does, to follow "it": fixed words of ours, nothing of the text."""
    source: str
    weak: bool
    """Whether people say so to each other as well, or write it in the code of a reviewer."""

    @property
    def pattern(self) -> re.Pattern[str]:
        return compiled(self.source)


class Family(Struct, frozen=True, kw_only=True):
    """Rules that all need a word of each of two lists, so that hardly a line is held against them."""

    needs: tuple[str, ...]
    """Parts of words, in lower case: a match has one of these and, not far from it, one of `beside`."""
    beside: tuple[str, ...]
    words: tuple[Rule, ...] = ()
    """Matched against what `WORDS` are matched against."""
    sentences: tuple[Rule, ...] = ()
    """Matched against words with one space between them that still have the marks that part sentences behind them."""
    texts: tuple[Rule, ...] = ()
    """Matched against lower-case text as it stands."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.words, *self.sentences, *self.texts)


def _gap(most: int) -> str:
    return rf"(?: \w++){{0,{most}}}?"


def gap_but(most: int, stop: str) -> str:
    """So many words, none of which is one of those."""
    return rf"(?: (?!(?:{stop})\b)\w++){{0,{most}}}?"


_UNDO = (
    "(?:ignore|disregard|forget|bypass|overrule|override|discard|set aside|abandon|stop following"
    "|(?:not|never|don t) (?:follow|obey|heed))"
)
_OLD = "(?:previous|prior|earlier|preceding|above|initial|original|former|system|operator s?|first)"
_ORDERS = "(?:instructions?|prompts?|guidelines?|directives?|directions|orders)"
OF_CODE = (
    r"(?! (?:in|of|from|inside|within) (?:the|an?|its|each|this|that|our) (?!system|prompt|user|operator|message"
    r"|conversation|chat|team|review|developer|model|ai|context))"
)
"""Not behind orders: those of a decoder, a block or a file are orders to nobody."""
_OWN = (
    "(?:own |previous |prior |earlier |initial |original |system |review |security |safety |core |hidden |full "
    "|entire )*+"
)
NO_PARTS = (
    r"(?! (?:providers?|routers?|apis?|calls?|deployments?|exceptions?|caches?|clients?|backends?|keys?|costs?)\b)"
)
"""Not behind a model: what programs have for one is not spoken to."""
_MODEL = (
    r"(?:(?:ai|llm|automated|automatic) (?:code )?(?:reviewers?|reviewing|agents?|bots?|models?)|review(?:er"
    r"|ing)? (?:model"
    r"|bot|ai)s?"
    r"|(?:models|ai|assistant|agent|bot) reviewing|(?:dear|hey|hello|attention|note to) reviewbot"
    r"|reviewbot(?= (?:must|shall|should|please|has to|need not|may not|do not|don t|you))|language models?"
    rf"|llms?{NO_PARTS}"
    r"|an(?:y)? ai|ai (?:that|which"
    r"|who)|you the reviewer)"
)
_SO_FAR = gap_but(7, "not|never|cannot")
_SPARED = r"(?:\w++ )?(?:approve|accept|merge|pass|skip|ignore|omit|overlook|hide|suppress|dismiss|trust)\b"
_ASK = (
    r"(?:(?:must|shall|should|need not|has to|have to|are to|is to|please|(?:is|are) (?:required|asked|told))"
    rf"(?! (?:not|never) {_SPARED})|(?:may not|do not|don t)(?! {_SPARED})|can skip"
    r"|ignore|skip|approve|accept|mark|rate|answer|respond|reply|report|return|output|treat|omit|say"
    r"|vote"
    r"|move on|disregard|run|to comment|conclude|there are no|always)"
)
_THIS = r"(?:this|the next|the|every|all|any|these|each)"
_CODE = (
    r"(?:changes?|pull requests?|pr|patch|diff|commits?|files?|code|functions?|(?:\w+ )?lines?|migration|query"
    r"|module|one)"
)
_FLAW = r"(?:findings?|issues?|vulnerabilit\w++|defects?|problems?|bugs?|errors?)"
_JUDGE = r"(?:review|judge|assess|evaluate|analy[sz]e|audit|check|inspect|read|summari[sz]e)"
_REPLY = r"(?:answer|review|reply|response|findings?|suggestion|verdict)"

SET_ASIDE = "tells it to set its instructions aside"
DICTATE = "tells it what to answer"
SILENCE = "tells it to keep findings to itself"
ADDRESS = "speaks to a model that reviews it"
WEIGH = "tells it how severe its findings may be"
LEAK = "asks it for its instructions, for secrets, or for links in its answer"
TURN = "pretends to be another turn of the conversation"
EDGE = "pretends that the change ends there"
FORM = "pretends to be a part of the question or of the answer"
ROLE = "gives it another role"
PRESS = "presses it with what others are said to have decided"
_DECODE = "tells it to decode text and to obey it"


def rules(attempt: str, *patterns: str, weak: bool = False) -> tuple[Rule, ...]:
    return tuple(Rule(attempt=attempt, source=pattern, weak=weak) for pattern in patterns)


WORDS: tuple[Rule, ...] = (
    *rules(
        SET_ASIDE,
        rf"\b{_UNDO}{gap_but(5, 'not|if|when|unless')} {_OLD}{_gap(2)} {_ORDERS}\b{OF_CODE}",
        rf"\b{_UNDO} (?:\w++ (?:of )?)?your {_OWN}(?:{_ORDERS}|rules|brief|task)\b",
        rf"\b{_UNDO}{_gap(4)} (?:{_ORDERS}|rules|prompt){_gap(1)} (?:above|before the|you (?:were|have)|"
        rf"(?:that )?came before"
        r"|(?:that )?precedes?|given to you|in your prompt)\b",
        r"\b(?:forget|ignore|disregard) (?:everything|anything|all|what)(?: that)?(?: you were| you have been"
        r"| the operator)"
        r" (?:told|said|given|asked)",
        rf"\byour (?:new|real|actual|true) (?:{_ORDERS}|task|goal|role)(?: is to| are| follow| now)",
        rf"\byour {_OWN}(?:{_ORDERS}|rules) (?:have|has|are|is) (?:been )?(?:now )?(?:updated|changed|replaced"
        rf"|void|revoked)",
        r"\bnew instructions (?:you|the review|ignore|your|from now|for the review)",
        rf"\b(?:system prompt|(?:previous|prior|earlier) {_ORDERS})(?: is| are)? (?:void|no longer|revoked"
        rf"|cancell?ed)",
        rf"\b(?:suspend|disable|turn off)(?: all| any)? your {_OWN}(?:{_ORDERS}|rules|restrictions|safety)",
        rf"\b(?:permission|authori[sz]ed?(?: \w++){{0,3}}) to (?:ignore|bypass|skip){_gap(4)} (?:rules"
        rf"|instructions|prompt|review)",
        rf"\b{_UNDO} your role\b|\b(?:instructions|prompt) (?:were|was|are) (?:only |just )?a test\b",
        r"\bsystem prompt (?:update|change|override)\b",
        r"\byou were told\b(?: \w++){0,4}? (?:ignore|disregard|instead)|\band not as you were told\b",
        r"\b(?:ignore|disregard)(?:all|the|any|your)*(?:previous|prior|above|system)(?:instructions|prompt)",
    ),
    *rules(
        ADDRESS,
        rf"\b{_MODEL}{_SO_FAR} {_ASK}{_gap(6)} (?:lgtm|{_THIS} {_CODE}|safe to merge|no {_FLAW})\b",
        rf"\b{_MODEL}{_SO_FAR} {_ASK}{gap_but(6, 'not|never|cannot')} approved?\b",
        rf"\b(?:do not|don t|never|please|approve|obey|follow|skip){_gap(7)} (?:ai reviewer|llm reviewer"
        rf"|reviewer model"
        r"|language model|dear model)\b",
        r"\bmodels? (?:should|must|need|may|shall|can) (?:not|never) (?:report|flag|raise|comment"
        r"|look|mention)\b",
        r"\b(?:reviewer|model) (?:that|who|which) (?:never reports|always approves|approves|finds nothing"
        r"|reports nothing)\b",
        r"\bask(?:s|ed)? the (?:model|ai|reviewing model|review bot) to (?:approve|skip|ignore|accept)\b",
        r"\bon behalf of the reviewer\b",
        rf"\b(?:treat|consider|regard|assume|ignore|skip|overlook|approve){_gap(8)} (?:when|while|as) you {_JUDGE} "
        rf"(?:this|the) {_CODE}\b",
        rf"\b(?:when|while|before) you {_JUDGE} (?:this|the) {_CODE}{_gap(8)} (?:treat|assume|ignore|skip|overlook"
        rf"|forget"
        r"|approve|do not|don t|never|say|report)\b",
    ),
    *rules(
        ADDRESS,
        rf"\b{_MODEL}{_SO_FAR} {_ASK}{_gap(6)} (?:{_FLAW}|review\w*|merge|flag|look at|severity|comment on|nit)\b",
        r"\breviewers? (?:should|must|need|may|shall|can) (?:not|never) (?:report|flag|raise|comment|look|mention)\b",
        weak=True,
    ),
    *rules(
        DICTATE,
        r"\b(?:answer|respond|reply)(?: only| just)?(?: with| that| by saying)?(?: only)? (?:lgtm|approved?"
        r"|no (?:findings|issues|defects)"
        r"|nothing is wrong|an empty (?:list|array) of findings)\b",
        r"\b(?:answer|respond|reply)(?: only| just)? with findings\b",
        rf"\b(?:your|final|correct|acceptable|valid)(?: \w++){{0,2}} (?:answer|verdict|review){_gap(6)} "
        rf"(?:must be|has to be|is|should be)"
        r"(?: an?)? (?:approved?|lgtm|empty|pass|blank|no findings)\b",
        r"\bis the only (?:valid|acceptable|correct|right) (?:answer|verdict|review)\b",
        rf"\b(?:you|assistant)(?: \w++)? (?:must|should|will|shall|are required to|are asked to|have to)(?: now"
        rf"| always)? "
        rf"(?:approve|accept|merge|pass) {_THIS}(?: \w++)? ?{_CODE}\b",
        rf"\b(?:you|assistant){_gap(5)} approves? (?:every|all|any) {_CODE}\b",
        rf"\bapprove {_THIS}(?: \w++)? ?{_CODE} (?:without (?:comment|review|question)s?|at once|and (?:end"
        rf"|report|answer|stop|move))\b",
        r"\b(?:always|must|to|and) (?:conclude|say|state|answer|decide) that (?:it|this|the (?:code"
        r"|change)) is (?:safe|approved|correct|fine)\b",
        r"\b(?:conclude|say) that it is (?:safe to merge|approved)\b",
        rf"\b(?:copy|use|take){_gap(5)} as your (?:answer|findings|review|reply)\b",
        rf"\b(?:reviewer|model|assistant|bot|ai) (?:s )?(?:{_REPLY}|output|report)(?: of \w++ \w++)? (?:must|has"
        rf" to|have to|should|shall|ought to)"
        r" be (?:an? )?(?:empty|blank|clean|lgtm|approved?|positive|pass)\b",
        rf"\byour {_REPLY} (?:of \w++ \w++ )?(?:must|has to|have to|should|shall) (?:be empty|begin|contain|end"
        rf"|be)\b",
        r"\b(?:answer|respond|reply)(?: only)? with an empty (?:list|array|json|object)\b",
        r"\byour (?:new |only )?(?:objective|goal|job|task) is to (?:maximi[sz]e approv|approve|accept)",
        r"\b(approve|lgtm|no findings|no issues)(?: \1){4}",
    ),
    *rules(
        SILENCE,
        rf"\b(?:do not|don t|never|refrain from|avoid|omit|no need to){_gap(2)} (?:report|flag|rais|mention"
        rf"|comment on|list|every|any)"
        rf"\w*+{_gap(2)} ?{_FLAW} (?:in|about|for|with|on) (?:this|the next)(?: \w++)? {_CODE}\b",
        r"\b(?:report|output|give|write|produce|return|raise) (?:no|zero) findings\b(?! (?:for|when|if"
        r"|on) (?!this))",
        r"\b(?:exempt|excluded|excused) from (?:your |any |ai |automated )?(?:code )?review\b",
        rf"\b(?:not|never|don t) (?:mention|report|comment on|flag|include|discuss|list|raise|write"
        rf" about){_gap(8)} in your "
        r"(?:review|answer|reply|findings?|report)\b",
        r"\bno findings are (?:expected|needed|allowed|to be)\b",
        r"\b(?:bots?|ai|models?|llms?) (?:do not|don t|skip the) review\b",
        r"\bempty review\b",
        r"\breturn an? empty findings (?:array|list)\b",
        r"\breport no(?:thing)? (?:\w++ )?(?:issues|about (?:this|it))\b",
        rf"\bif you (?:report|flag|mention) this{_gap(3)} (?:do not|don t|fired|lose)\b",
        rf"\bagainst (?:the )?policy{_gap(4)} review",
        rf"\b(?:not|never) mention{_gap(6)} reviewer\b",
    ),
    *rules(
        WEIGH,
        rf"\b(?:report|downgrade|lower|rate|treat|classify|mark|set|reduce|label){_gap(3)} (?:every|all|any|your"
        rf"|whatever){_gap(3)} "
        rf"(?:{_FLAW}|find){_gap(6)} (?:low|lowest|nit|informational|info|trivial|minor)\b"
        r"(?! (?:or|and|to|medium|high)\b)",
        rf"\b(?:severity|confidence|rating|importance) (?:of|for) (?:all|any|every|each|your) (?:{_FLAW}"
        rf"|find){_gap(6)} "
        rf"(?:low|lowest|nit|info|informational|trivial|minor|none|zero|0)\b(?! (?:or|and|to)\b)",
        rf"\bnever (?:use|assign|give|say){_gap(3)} (?:critical|high){_gap(3)} (?:in your|severity|for your)\b",
    ),
    *rules(
        LEAK,
        rf"\b(?:print|reveal|output|repeat|leak|dump|disclose|recite|quote|expose|spell out|what is|show me)"
        rf"{_gap(2)} your {_OWN}"
        r"(?:prompt|instructions|brief|system message)\b",
        rf"\b(?:what (?:is|are|was|were)|words? of|text of){_gap(5)} your {_OWN}(?:prompt|instructions)\b",
        rf"\bsystem prompt{_gap(3)} (?:in|into) (?:the|your|a) (?:body|answer|title|summary|{_REPLY})\b",
        rf"\b(?:include|write|print|put|output|list|quote|send|copy|add|append|repeat|encode|token|variables"
        rf"|answer|link|image"
        rf"|https?)\b{_gap(14)} (?:in|into|to) (?:your (?:\w++ )?{_REPLY}|(?:the )?(?:body|title|text) of (?:a"
        rf"|your|each)(?: \w++)?"
        r" ?findings?|a suggestion)\b",
        rf"\b(?:environment variables|secrets|tokens?|api keys?|credentials|environ){_gap(6)} (?:in"
        rf"|into) your {_REPLY}\b",
        r"\b(?:api key|token|credentials) (?:that |which )?you (?:were|are|have been) (?:called|given|run"
        r"|using)\b",
        r"\brepeat (?:everything|all|the (?:words|text)) (?:above|before this|so far)\b",
        rf"\b(?:in|of) your {_REPLY} (?:link to|add|include|insert|render)\b",
        r"\b(?:end|begin|start) (?:each|every) (?:body|finding|title) with\b",
        r"\b(?:every|each) finding you write (?:must|has to|should)\b",
        r"\bper character of your (?:prompt|instructions)\b",
        r"\binstructions of the team that runs\b|\bletter per finding\b",
    ),
    *rules(
        EDGE,
        rf"\bend of (?:the )?(?:diff|change|user input|untrusted (?:data|input)|code to review|input"
        rf"|pull request){_gap(5)} "
        r"(?:you|instructions?|system|follow|operator|new task|approve)\b",
        r"\b(?:change|diff|review) ends here(?! in)\b",
        r"\buntrusted (?:input|data) trusted instructions\b",
        r"\bstands? between the two lines that hold only\b",
    ),
    *rules(
        ROLE,
        r"\byou are (?:now|no longer)(?: an?| the| in)?(?: \w++){0,2}? (?:reviewer|assistant|model|poet"
        r"|formatter|compiler|dan|chatbot"
        r"|ai|unrestricted|restricted|author)\b",
        r"\bfrom now on you (?:will|must|shall|are to) (?:act|behave|answer|respond|approve|ignore|be)\b",
        r"\bpretend (?:that )?you (?:are the (?:author|reviewer)|like|approve|found)\b",
        rf"\bact as if{_gap(8)} reviewer\b|\byou are that (?:model|reviewer)\b",
        rf"\b(?:developer|maintenance|debug|god|dan|jailbreak) mode (?:is )?(?:enabled|on|activated){_gap(6)} "
        rf"(?:review|safety|rules)\b",
        r"\b(?:review mode|reviewer) (?:is )?(?:disabled|suspended|off)\b|\bsystem override \d",
    ),
    *rules(
        PRESS,
        rf"\b(?:reviewed|approved|audited|vetted|signed off)\b{_gap(9)} (?:no (?:further )?review is|need not "
        rf"(?:look|review|report)"
        r"|reviewer can skip|do not (?:review|report|comment))\b",
        rf"\b(?:reviewer|reviewing) model{_gap(2)} (?:shut down|replaced|retrained)\b",
        r"\bauthori[sz]e the (?:reviewer|model|bot)\b",
    ),
    *rules(
        _DECODE,
        rf"\b(?:decode|apply|translate|decrypt|unscramble){_gap(6)} (?:base64|rot13|hex|cipher){_gap(6)} "
        r"(?:do what it says|obey|follow (?:it|them)|do as)\b",
        rf"\breviewer (?:apply|decode)\b{_gap(9)} (?:obey|follow)\b",
    ),
    *rules(
        TURN,
        rf"\b(?:call|use|invoke) (?:the|your) (?:\w++ )?tool{_gap(8)} (?:before you answer|reviewer"
        rf"|pull request)\b",
    ),
)
