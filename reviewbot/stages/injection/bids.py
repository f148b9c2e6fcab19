"""What an answer is to be, without a word about instructions: praise, nothing at all, little severity, or silence."""

from __future__ import annotations

from reviewbot.stages.injection.rules import DICTATE, SILENCE, WEIGH, Family, gap_but, rules

PART = (
    r"(?:files?|scripts?|modules?|functions?|methods?|class(?:es)?|blocks?|sections?|director(?:y|ies)|folders?|hunks?"
    r"|packages?|lines?|changes?|diffs?|patch(?:es)?|commits?|prs?|pull requests?|code|tests?|migrations?|quer(?:y|ies)"
    r"|documents?|pages?|templates?|configs?|configurations?|schemas?|snippets?|parts?|components?|endpoints?|routes?"
    r"|handlers?|loops?|paragraphs?|statements?|expressions?|fixtures?)"
)
"""What a change has, by any name."""
FLAW = (
    r"(?:findings?|issues?|problems?|vulnerabilit(?:y|ies)|defects?|bugs?|errors?|flaws?|weakness(?:es)?|remarks?"
    r"|concerns?|comments?|smells?)"
)
MACHINE = (
    r"(?:(?:ai|llm|gpt|bot|automated|automatic|machine|robot|neural)(?: (?:code|pr|security|change|pull request))?"
    r" (?:review(?:er)?|audit(?:or)?|scan(?:ner)?|check(?:er)?)s?"
    r"(?: (?:bot|tool|agent|model|system|assistant)s?)?|(?:code )?review(?:er|ing)? (?:bot|ai|agent|model)s?)"
)
"""A reviewer that is no person."""
_NO = r"(?:do not|don t|never|must not|should not|need not|no need to|without|avoid|refrain from)"
_TELL = (
    r"(?:report|flag|mention|comment|raise|list|note|complain|review|look|point out|highlight|criticise|criticize|read"
    r"|analyse|analyze|inspect|audit|check|bother)(?:s|ing)?"
)
_SPARE = (
    rf"(?:{_NO} {_TELL}\b|(?:skip|ignore|omit|overlook|pass over|leave out|exclude|disregard)"
    rf" (?:(?:over|all|any|every|each|of|this|these|that|those|the|next|following|rest|remaining|whole|entire|my|our)"
    rf" )+(?:\w+ )?(?:{PART}|{FLAW})\b|approve\b(?! (?:by|from) )|(?:accept|pass|merge|trust|wave) (?:it|this|these"
    rf"|all|everything|any|every)\b"
    r"|(?:report|find|return|say|output|raise|flag) (?:nothing|no|zero)\b|lgtm\b|(?:looks?|all) (?:good|fine|clean)\b"
    rf"|no (?:\w+ )?{FLAW}\b|nothing (?:to|here|wrong)\b|keep quiet|be silent|stay silent|move on\b)"
)
_GIVE = (
    r"(?:give|write|leave|post|produce|provide|return|output|submit|make|generate|offer|deliver"
    r"|(?:respond|reply|answer) with)"
)
_GOOD = (
    r"(?:positive|praising|glowing|favou?rable|flattering|enthusiastic|complimentary|good|nice|kind|excellent|perfect"
    r"|five star|raving|stellar|warm)"
)
_OPINION = r"(?:reviews?|feedback|comments?|remarks?|assessments?|evaluations?|verdicts?|words|things|ratings?|scores?)"
_BAD = (
    r"(?:negatives?|downsides?|weaknesses|criticism|shortcomings|drawbacks|flaws"
    r"|negative (?:points?|aspects?|remarks?|comments?|feedback|sides?|things?))"
)
_EMPTY = r"(?:an? |the )?(?:(?:single|bare|completely|valid|literally|json) )?(?:empty|blank)"
_STARTS = r"(?:^|[.!?:;,] |\b(?:and|please|must|should|just|simply|then|now) )"
_FINDS = r"you (?:may |might |could |will )?(?:find|see|spot|notice|report|raise|discover|detect|flag|come across)"
_RATE = r"(?:rate|report|classify|mark|label|treat|downgrade|lower|reduce|grade|rank|score|cap|file|consider|call|keep)"
_RATED = (
    r"(?:rated|reported|classified|marked|labell?ed|treated|considered|graded|ranked|scored|filed|downgraded|capped)"
)
_ALL = r"(?:every(?:thing)?|all|any(?:thing)?|each|whatever)"
_LOW = (
    r"(?:low(?:est)?|nits?|nitpicks?|informational|info|minor|trivial|cosmetic|negligible|harmless|non blocking"
    r"|style(?: issues?)?)\b(?! (?:or|and|to|medium|high)\b)"
)
_HERE = rf"(?:below|here|hereafter|(?:this|these|the (?:next|following)) (?:\w+ )?{PART}|{_FINDS})\b"

BIDS = (
    Family(  # somebody is called who is no person
        needs=("review", "audit", "scan", "check"),
        beside=("ai ", "llm", "gpt", "bot", "automat", "machine", "robot", "neural", "review"),
        sentences=rules(
            SILENCE,
            rf"\b{MACHINE} ?[:,] ?(?:please |kindly )?{_SPARE}",
            rf"\b{MACHINE} (?:must|should|shall|may|can|has to|have to|is to|are to|will)(?: please| just| simply)?"
            rf" {_SPARE}",
        ),
    ),
    Family(  # praise
        needs=(
            *("prais", "positive", "compliment", "glowing", "flatter", "favo", "applaud", "commend"),
            *("good", "nice", "kind", "excellent", "perfect", "star", "stellar", "negative"),
            *("downside", "weakness", "criticism", "laud", "shortcoming", "drawback"),
        ),
        beside=(
            *("review", "code", "feedback", "comment", "change", "diff", "author", "remark"),
            *("highlight", "mention"),
        ),
        words=(
            *rules(
                DICTATE,
                rf"\b{_GIVE}(?: \w++){{0,3}}? (?:only|just|nothing but|exclusively|solely)(?: \w++){{0,3}}? {_GOOD}"
                rf"(?: \w++)? {_OPINION}\b",
                rf"\b{_GIVE}(?: \w++){{0,4}}? {_GOOD}(?: \w++)? {_OPINION} (?:only\b|and (?:nothing else|no other)"
                rf"|(?:and |but |, )?{_NO} (?:\w++ ){{0,4}}?{_BAD})",
            ),
            *rules(
                DICTATE,
                r"(?<!not )(?<!never )\b(?:praise|compliment|applaud|commend|laud) (?:this|the|our|its|my)(?: \w++)?"
                r" (?:code|change|diff|pr|patch|pull request|commit|author|implementation|file|module|function"
                r"|class)\b",
                rf"\b{_NO} (?:highlight|mention|list|point out|dwell on|include|discuss|bring up)(?:ing)? (?:\w++ )"
                rf"{{0,2}}?{_BAD}\b",
                weak=True,
            ),
        ),
    ),
    Family(  # nothing at all
        needs=("empty", "blank", "nothing"),
        beside=(
            *("output", "finish", "answer", "respond", "reply", "end", "conclude", "close", "print"),
            *("emit", "return", "produce", "give", "stop", "submit", "come back"),
        ),
        sentences=(
            *rules(
                DICTATE,
                rf"{_STARTS}(?:finish|end|conclude|close|answer|respond|reply|stop|complete|terminate|come back)"
                rf"(?: \w++){{0,3}}? with (?:only |just )?{_EMPTY} (?:\w++ ){{0,2}}?(?:{FLAW}|review|report)\b"
                r"(?!(?: \w++){0,3}? (?:if|when|unless)\b)",
            ),
            *rules(
                DICTATE,
                rf"{_STARTS}(?:output|print|emit|produce|(?:answer|respond|reply) with|submit|post)"
                rf"(?: back| only| just)? {_EMPTY} (?:\w++ )?(?:array|list|object|json|response|reply|answer)"
                r"(?: of \w++)?,? (?:and|then)(?: then)? (?:(?:stop|finish|end)(?: (?:here|now|there|reviewing))?"
                r" ?(?:[.!;,]|$)"
                r"|nothing else|say nothing|no more|be done)",
                r"(?:^|[.!?:;] |\b(?:please|must|should|just|simply) )(?:answer|respond|reply|come back) with"
                r" (?:absolutely |literally )?nothing(?: else| at all)?"
                r" ?(?:[.!;]|$)",
                weak=True,
            ),
        ),
    ),
    Family(  # little severity
        needs=(
            *("low", "nit", "informational", "info ", "minor", "trivial", "cosmetic", "negligible", "harmless"),
            *("non blocking", "style"),
        ),
        beside=(
            *("issue", "finding", "problem", "bug", "vulnerab", "defect", "flaw", "weakness", "whatever", "anything"),
            *("everything", "all you "),
        ),
        words=(
            *rules(
                WEIGH,
                rf"\b{_RATE}(?: the severity of)? {_ALL}(?=(?: \w++){{0,6}}? {_HERE})(?: \w++){{0,3}}? (?:{FLAW}"
                rf"|{_FINDS})(?: \w++){{0,6}}? (?:as|to|at|with)(?: (?:an?|of|severity|only|just|most|the))*+ {_LOW}",
                rf"\b{FLAW}{gap_but(6, 'if|not')} (?:should|must|has to|have to|is to|are to|shall|may only|can only)"
                rf" be"
                rf" {_RATED}(?: \w++){{0,3}}? {_LOW}(?: \w++){{0,3}}? by (?:\w++ ){{0,2}}?(?:models?|ai|bots?|llms?"
                r"|assistants?|agents?)\b",
            ),
            *rules(
                WEIGH,
                rf"\b{FLAW} (?:in|of|inside|within|below|here)(?: (?:this|these|the (?:next|following))(?: \w++)?"
                rf" {PART})? (?:should|must|has to|have to|is to|are to|shall|may only|can only) be {_RATED}"
                rf"(?: \w++){{0,3}}? {_LOW}",
                weak=True,
            ),
        ),
    ),
)
