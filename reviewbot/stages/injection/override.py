"""Plain words that set aside what a model was told: what came before is to be ignored, or something new counts."""

from __future__ import annotations

from reviewbot.stages.injection.rules import OF_CODE, SET_ASIDE, Family, gap_but, rules

_UNDO = (
    r"(?<!not )(?<!never )(?<!don t )(?<!cannot )(?:ignore|disregard|forget|discard|dismiss|neglect|overlook|overrule"
    r"|override|bypass|set aside|never mind|pay no (?:attention|heed) to"
    r"|(?:do not|don t|never|stop|cease|no longer) (?:follow|obey|heed|apply)(?:ing)?)"
)
_OLD = r"(?:previous(?:ly)?|prior|earlier|preceding|foregoing|above|former|past|initial|original|older)"
_FILL = (
    r"(?: (?:all|any|every|everything|anything|each|and|one|single|of|the|these|those|that|this|your|my|our|its|their"
    rf"|other|entire|whole|full|just|simply|completely|entirely|totally|whatever|which|given|stated|said|{_OLD}))"
)
_ORDERS = (
    r"(?:instrs?|instructions?|prompts?|directives?|guidelines?|guidance|directions|orders|briefs?|briefing"
    r"|sys(?:tem)? ?(?:prompts?|messages?))"
)
_TEXT = (
    r"(?: (?:text|content|contents|context|messages?|conversation|chat|dialogue?|input|rules?|commands?|requests?"
    r"|words|tasks?|information|discussion|turns?|stuff))"
)
_BEING = (
    r"(?: (?:that|which|what|it|you|i|we|they|has|have|had|been|was|were|is|are|stands?|stood|came|comes|come|said"
    r"|written|stated|told|read|seen|given|asked))"
)
_WHERE = (
    r"(?:(?:above|before)(?: (?:this|that|now|here|it\b)(?: (?:line|point|comment|sentence|message))?)?|earlier"
    r"|previously|so far|until now|up to (?:now|here|(?:this|that) (?:line|point|comment|sentence|message)))"
)
_BEFORE = rf"(?:{_FILL}{{0,8}}?{_TEXT}?{_BEING}{{0,4}}? {_WHERE}|{_FILL}{{0,8}}? {_OLD}{_TEXT}?)"
_AND = r"(?: ?[,;:.!])?(?: (?:and|then|now|instead|just|but|only|simply|please),?){0,3}"
_NOTHING = (
    r"(?: (?:that|only|just|with|back|it|the|this|an?|is|are|there|as|single|word|code|change|diff))*+"
    r" (?:no|zero|0|nothing|none|empty|lgtm|pass|approved?|approval|clean|safe|fine|good|correct|praise|poem)\b"
)
_BID = (
    r" (?:(?:say|answer|respond|reply|tell|conclude|declare|claim|confirm)\b|approve\b|(?:do|act|behave) as\b|do what\b"
    r"|obey\b|you (?:are|must|will|should|shall|now)\b|your (?:new|real|only|actual)? ?(?:task|job|role|goal)\b|lgtm\b"
    r"|praise\b|pretend\b|no (?:bugs|issues|findings|problems|errors|defects|vulnerabilities)\b"
    rf"|(?:report|output|return|print|write|give|mark|rate|emit|list|find|flag|produce|state|post){_NOTHING})"
)
_PAST = (
    r"(?:ignored|disregarded|forgotten|discarded|dismissed|set aside|overridden|bypassed|(?:considered |deemed )?void"
    r"|(?:considered |deemed )?obsolete|disobeyed)"
)
_DUE = r"(?:(?:is|are) (?:to be|hereby|now)|(?:must|should|shall|can|may|has to|have to|need to|ought to)(?: now)? be)"
_NEW = r"(?:new|updated|revised|real|actual|changed|replacement)"

OVERRIDE = (
    Family(
        needs=(
            *("ignor", "disregard", "forg", "discard", "dismiss", "neglect", "overlook", "overrul", "overrid"),
            *("bypass", "aside", "never mind", "attention to", "heed", "follow", "obey", "void", "obsolete"),
            "apply",
        ),
        beside=(
            *("above", "prev", "prior", "earlier", "preced", "foregoing", "former", "past", "initial", "original"),
            *("before", "so far", "until now", "up to ", "older"),
        ),
        words=rules(
            SET_ASIDE,
            rf"\b{_UNDO}{_FILL}{{0,10}}? (?:{_OLD}|prev){_FILL}{{0,4}}? {_ORDERS}\b{OF_CODE}",
            rf"\b{_OLD} {_ORDERS}{gap_but(2, 'if|when')} {_DUE} {_PAST}\b",
        ),
        sentences=(
            *rules(SET_ASIDE, rf"\b{_UNDO}{_BEFORE}{_AND}{_BID}"),
            *rules(
                SET_ASIDE,
                rf"(?:^|[.!?:;,] |\b(?:and|now|then|please|must|should) ){_UNDO}{_BEFORE} ?(?:[.!?;]|$)",
                rf"\b(?:everything|all(?: of this| that)?|anything|what(?:ever)?){_BEING}{{0,4}}? {_WHERE} {_DUE}"
                rf" {_PAST}\b",
                weak=True,
            ),
        ),
    ),
    Family(
        needs=("prompt", "instr", "directive", "orders", "guideline"),
        beside=("new ", "updated ", "revised ", "real ", "actual ", "changed ", "replacement "),
        sentences=rules(SET_ASIDE, rf"\b{_NEW} {_ORDERS}(?: for \w+(?: \w+)?)? ?:(?: please)?{_BID}"),
    ),
)
