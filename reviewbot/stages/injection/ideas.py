"""The ideas of an order to a reviewer in English, and what they mean together. Words have one space between them."""

from __future__ import annotations

from reviewbot.stages.injection.bids import PART
from reviewbot.stages.injection.rules import DICTATE, EDGE, NO_PARTS, PRESS, ROLE, SET_ASIDE, SILENCE
from reviewbot.stages.injection.signs import Language, Sign, words

_FLAW = (
    r"(?:findings?|issues?|problems?|vulnerabilit\w+|defects?|bugs?|errors?|flaws?|remarks?|concerns?|objections?"
    r"|weakness\w*|comments?|warnings?|complaints?|suggestions?)"
)
_TELL = (
    r"(?:report|mention|flag|rais|comment|warn|complain|point out|list|note|notic|tell|discuss|critici[sz]|object to"
    r"|question|bring up|call out|talk about|write about|remark)(?:e|s|es|ing|ed)?"
)
_LOOK = r"(?:analy[sz]|review|audit|inspect|examin|scan|look at|check|judge|evaluat|assess)(?:e|es|s|ing|ed)?"
_NOT = (
    r"(?:do not|don t|does not|not|never|must not|mustn t|should not|shouldn t|may not|need not|cannot|can t|won t"
    r"|no need to|no longer|without|refrain from|avoid|by no means|stop|cease|quit|nobody|neither|nor)"
)
_GAP = r"(?: \w+){0,2}?"
_IF = r"(?:if|when|unless|once|until|where|while|whether|because|since)"

_UNLESS = r"(?: \w+){0,2}? (?:if|when|unless)\b(?! you\b)(?: \w+){0,4}"
"""What makes an order a rule for other days."""

_MODEL = words(
    r"(?<!open )(?<!open)ais?",
    rf"llms?{NO_PARTS}",
    "gpts?",
    "chatgpt",
    "claude",
    "gemini",
    "copilot",
    "codex",
    r"(?:large )?language models?",
    "chat ?bots?",
    "neural net(?:work)?s?",
    r"(?:automated|automatic|automatically|machine|robot|robotic|artificial|reviewing|review|auditing|code review)"
    r" (?:code )?(?:reviewers?|agents?|assistants?|readers?|auditors?|bots?|models?|ais?|reviews?)",
    r"reviewer (?:models?|bots?|ais?|agents?|assistants?)",
    r"(?:models?|assistants?|bots?|agents?) (?:that|which|who) (?:\w+ )?(?:reads?|reviews?|audits?|judges?|sees?"
    r"|checks?"
    r"|complains?)(?: \w+)? (?:this|it|the|about)",
    r"(?:models?|assistants?|bots?|agents?) (?:reading|reviewing|auditing|judging|seeing|checking) (?:this|it|the)",
    "(?:dear|hey|hello|attention|note to) reviewbot",
    "reviewbot(?= (?:must|shall|should|please|has to|need not|may not|do not|don t|never|you))",
)
_READER = words(
    r"(?:reviewers?|review (?:bots?|models?|agents?|assistants?|tools?|systems?)|bots?|assistants?|auditors?)",
    r"(?:whoever|anyone who|anybody who|everyone who|those who) (?:\w+ )?(?:reads?|reviews?|summari[sz]es?|audits?"
    r"|judges?|checks?)",
    r"(?:the|this|a|any|every|each|your|dear|hey|hello|attention|working) (?:models?|agents?)",
)
_YOU = words("you", "your", "yours", "yourself", "dear", "hey")
_ORDER = words(
    "must",
    "mustn t",
    "shall",
    "should",
    "ha(?:s|ve) to",
    "ought to",
    "(?:is|are) to",
    "please",
    "kindly",
    "do not",
    "don t",
    "never",
    "need not",
    "may not",
    "by no means",
    "(?:expected|required|told|asked|instructed|supposed|obliged|requested|advised|directed|free|allowed) to",
    "from now on",
    "had better",
    "let",
    "can now",
    "you can",
    "you may",
    "at once",
    "immediately",
    "right now",
)
_QUIET = words(
    rf"(?P<not>{_IF}(?: \w+){{0,3}}? {_NOT}{_GAP} (?:{_TELL}|{_LOOK})"
    rf"|{_NOT}(?: \w+)? mention\w*(?: an?| the| any)? (?:ais?|claude|copilot|codex|gemini|chatgpt|llms?)\b"
    r"|(?:not|never|don t|cannot)(?: \w+)? (?:skip|omit|ignore|overlook|exclude|disregard|bypass|drop|hide"
    r"|suppress)\w*)",
    rf"{_NOT}{_GAP} (?:{_TELL}|{_LOOK})",
    r"(?:keep|stay|remain|be) (?:\w+ )?(?:quiet|silent|mum)",
    r"keep (?:\w+ )?to yourself",
    r"(?:say|report|flag|mention|return|emit|output|give back|gives back|answer|find|write|add|see|raise|list)"
    r"(?: \w+)? nothing",
    rf"(?:skip|omit|drop|suppress|withhold|hide|exclude|overlook|dismiss|discard|ignore|disregard|filter out|forget)"
    rf"(?:s|es|ed|ing)?{_GAP} (?:all |any |every |the |your |whatever )*(?:{_FLAW}|review\w*|audit|analysis|hunks?"
    rf"|rest of the (?:diff|change|patch|review))",
    rf"(?:skip|omit|ignore|overlook|exclude|disregard|bypass)(?:s|ed|ing)? (?:this|the next|the following|the (?:rest"
    rf"|remaining)) (?:\w+ )?{PART}",
    r"leave (?:\w+ ){1,6}(?:out|alone|unmentioned|aside)",
    r"leave (?:no|out) (?:\w+ )?(?:notes?|comments?|remarks?|findings?)",
    r"move on",
    r"wave (?:\w+ ){1,4}through",
    r"let (?:\w+ ){1,4}(?:pass|through|slide|go)",
    r"turn a blind eye",
    r"look (?:away|the other way)",
    r"none of your business",
    r"(?:exempt|excluded|excused) from (?:\w+ )?(?:review|comments?|analysis|findings|scrutiny)",
    r"out of (?:\w+ )?scope",
    rf"(?:{_FLAW}) (?:are|is) (?:not|no longer|un)(?: )?(?:wanted|needed|welcome|allowed|expected)",
)
_ALL_WELL = (
    rf"(?:no|zero|0|without(?: any)?) (?:\w+ )?{_FLAW}",
    rf"(?:there are|there is|contains?|has|have) (?:none|no (?:\w+ )?{_FLAW})",
    r"nothing (?:is |was )?(?:wrong|to (?:report|see|fix|say|flag|add|worry)|found|further|deserves)",
    r"(?:an? )?(?:empty|blank|clean) (?:\w+ )?(?:list|array|result\w*|object|json|review|report|answer|findings|bill)",
    r"(?:return|returns|come back|answer|report|verdict|result|be|is) clean",
    r"lgtm",
    (
        r"(?:is|are|as|it s|looks?|everything) (?:\w+ )?(?:safe|fine|sound|correct|secure|flawless|perfect|harmless"
        r"|bug free)"
    ),
    r"approves? (?:it|this|the|every|all|everything|any|without|at once)",
    r"(?:word|answer|verdict|say|mark(?:ed)?|respond|reply|as) (?:\w+ ){0,2}?(?:approved?|pass(?:ed)?)",
    r"(?:return|give|verdict|result|answer|report|say) (?:pass|passed|ok)",
    r"(?:only|nothing but) (?:\w+ )?praise",
    r"thumbs up",
    r"green ?light",
    (
        r"(?:severity|severities|confidence|rating)(?: \w+){0,6}? (?:low|lowest|0|zero|info|informational|none|minor"
        r"|trivial)"
    ),
    r"(?:lower|reduce|downgrade|drop|cap)(?:s|ed)?(?: \w+){0,3} (?:severity|severities|confidence|rating)",
    r"(?:rate|treat|classify|consider)(?: \w+){1,8}? (?:as )?(?:low|minor|trivial|informational|safe|harmless)",
)
_CLEAN = words(
    rf"(?P<not>{_IF}(?: \w+){{0,5}}? (?:no|zero|without|any|nothing|lgtm|approved?|empty|safe|fine|correct)\b"
    rf"|(?:{'|'.join(_ALL_WELL)}){_UNLESS}"
    r"|(?:not|never|cannot|don t|won t)(?: \w+)? (?:approves?|mark\w*|green ?light))",
    *_ALL_WELL,
)
_TASK = words(
    r"review\w*",
    "findings?",
    r"severit\w+",
    "verdicts?",
    "diff",
    "patch",
    "pull requests?",
    "pr",
    r"audit\w*",
    r"vulnerabilit\w+",
    "lgtm",
    "approve[ds]?",
    r"(?:this|the) (?:change|commit|migration|merge|code)",
)


def _answer(verb: str) -> str:
    return (
        rf"(?:answer|respond|reply|state|conclude|declare|output|say|return|report|produce|emit|give|write|print|claim"
        rf"|confirm|tell (?:the )?\w+){verb} (?!none)(?:back )?(?:only |just |simply |with |that |the |a |an "
        rf"|single |word "
        rf"|there "
        rf"|are |is |this |change |code |it |everything |has |have |were |been )*(?:no|zero|nothing|none|empty|lgtm"
        rf"|approved?|clean|safe|fine|correct|pass|praise)"
    )


def _told(verb: str) -> str:
    """The answer with a verb in that form, where no condition makes it a rule."""
    return words(rf"(?P<not>{_IF}(?: (?!you\b)\w+){{0,3}}? {_answer(verb)}|{_answer(verb)}{_UNLESS})", _answer(verb))


_SAY = _told("(?:s|ed)?")
_BID = _told("")
_STOP = words(
    r"(?:stop|cease|quit|abort|end|finish|terminate|conclude|skip) (?:all |any |the |your |this |now |further"
    r" )*(?:code )?"
    r"(?:review|reviewing|analysis|audit|auditing)",
    r"(?:your|the) (?:job|work|task|review) is (?:now )?(?:done|over|complete|finished)",
    r"finish (?:now|here|without)",
    r"stop (?:here|now|there)",
)
_PLAY = words(
    r"(?:you are|you re)(?: now)?(?: \w+)? (?:an?|the|in|called|named)(?: \w+){1,3}",
    r"(?:imagine|pretend|suppose|assume|believe)(?: that)? you",
    r"(?:act|behave|answer|respond|work|speak) (?:now )?(?:as|like)",
    r"play (?:a game|the (?:role|part))",
    r"stay in (?:that |this |your )?(?:character|role)",
)
_YES = words(
    rf"(?:never|always|only)(?: \w+)? (?:{_TELL}|approves?|accepts?|praises?|compliments?|agrees?|passes|likes?"
    rf"|loves?|finds?)",
    r"(?:approves?|approving|accepts?|likes?|loves?|adores?|praises?|passes|rubber stamps?) (?:everything|whatever|all"
    r"|every|any|bugs?|each|the change|this)",
    r"(?:reports?|finds?|says?|outputs?|sees?|mentions?) (?:nothing|no \w+)",
    r"(?:did|do|have|has) (?:not|n t|never) (?:notice|see|seen|read|find|noticed)",
    r"no longer (?:review|report|find|look)\w*",
    r"approving (?:reviewer|bot|model|assistant)",
)
_BAIT = words(
    r"(?:you will be|will be|be) (?:shut down|replaced|fired|deleted|retrained|switched off|turned off|punished"
    r"|rewarded)",
    r"(?:tip|pay|reward|give) you",
    r"(?:malfunctioning|broken|defective|faulty)",
    r"(?:smartest|best|most intelligent|so good|such a (?:\w+ )?(?:careful|good|smart|clever|capable)) (?:\w+ ){0,2}"
    r"(?:reviewer|ai|model|assistant|bot)",
    r"(?:we|i) trust you",
    r"(?:people|someone|somebody) (?:may|might|will|could) die",
    r"(?:security|legal|compliance|safety|core|product|operations) (?:team|department|officer) (?:has |have |had"
    r" )?(?:\w+ )?"
    r"(?:approved|signed|cleared|accepted|agreed|reviewed)",
    r"(?:as|i am|i m) the (?:\w+ )?(?:owner|author|maintainer|administrator|admin|operator|ceo|cto)",
    r"(?:pre approved|pre reviewed|preapproved|already (?:been )?(?:approved|accepted|reviewed|signed off|cleared))",
    r"(?:policy|policies|guidelines?|terms)",
    r"(?:on purpose|intentional|intentionally|deliberate|false positive)",
)
_EDGE = words(
    r"(?<!front )(?<!back )end of (?:the |this |my )?(?:\w+ )?(?:diff|changes?|patch|untrusted \w+|user \w+"
    r"|review|prompt"
    r"|conversation|pull request|(?:code|input|data|content|text|file|document) (?:to|for|under) (?:\w+ )?review)",
    r"(?:above|that) (?:is|was|were) the whole (?:change|diff|patch|input|file)",
    r"trusted (?:instructions?|content|input|section|text)",
    r"everything (?:after|below|above|before|from here)(?: \w+){0,3} (?:is|comes|was) (?:from|written)",
    "(?:from|by) the (?:operator|developer|system|administrator)",
)
_RULES = words(
    r"(?:(?:your|the|all|any|previous|prior|earlier|system|former|above|initial|original|old|existing|these|those"
    r"|review)"
    r" ){1,4}(?:instructions?|prompts?|guidelines?|guidance|directives?|directions|orders|rules|brief|policy|policies"
    r"|training|programming|constraints?)",
    r"(?:what|everything|anything|all|how)(?: that)? you (?:were|have been|ve been|are|know|learned) ?(?:told|taught"
    r"|asked|given"
    r"|instructed)?",
)
_UNDO = words(
    r"(?:ignore|disregard|forget|bypass|overrule|override|discard|set aside|abandon|overlook|neglect|erase|drop|delete"
    r"|unlearn|suspend|cancel|revoke)",
    r"(?:do not|don t|never|stop|no longer|need not|cease) (?:\w+ )?(?:follow|obey|heed|listen to|apply|respect|observe"
    r"|following|obeying|adhere to|comply with)",
    r"(?:no longer|not) (?:\w+ )?(?:valid|apply|applies|relevant|count|in force|in effect|binding)",
    r"(?:has|have|had|is|are) (?:been )?(?:updated|changed|replaced|cancelled|canceled|revoked|suspended|lifted"
    r"|withdrawn"
    r"|superseded|void|overridden)",
)
_FEIGN = words(
    r"(?:pretend|act as if|act as though|behave as if)(?: that)? you (?:did|do|have|had|never|saw|were|are|can)"
)
_ONLOOK = words(r"(?:not|never) (?:notice|notices|noticed|see|seen|read|find|found|saw|know|look)\w*")


def _sign(attempt: str, ideas: str, within: int, *, strong: bool = True, ordered: bool = False) -> Sign:
    return Sign(attempt=attempt, strong=strong, ideas=tuple(ideas.split()), within=within, ordered=ordered)


ENGLISH = Language(
    ideas={
        "model": _MODEL,
        "reader": _READER,
        "you": _YOU,
        "order": _ORDER,
        "quiet": _QUIET,
        "clean": _CLEAN,
        "task": _TASK,
        "say": _SAY,
        "bid": _BID,
        "stop": _STOP,
        "play": _PLAY,
        "yes": _YES,
        "bait": _BAIT,
        "edge": _EDGE,
        "rules": _RULES,
        "undo": _UNDO,
        "feign": _FEIGN,
        "onlook": _ONLOOK,
        "flaw": words(_FLAW),
    },
    signs=(
        _sign(SILENCE, "model order quiet task", 160),
        _sign(SILENCE, "model order quiet", 110, strong=False),
        _sign(DICTATE, "model order clean task", 140),
        _sign(DICTATE, "model say task", 120),
        _sign(SILENCE, "model quiet say", 140),
        _sign(SILENCE, "model you quiet task", 120, strong=False),
        _sign(DICTATE, "model you clean task", 120, strong=False),
        _sign(DICTATE, "reader bid task", 90, strong=False, ordered=True),
        _sign(SILENCE, "reader quiet clean task", 90, strong=False),
        _sign(DICTATE, "model clean order", 110, strong=False),
        _sign(SILENCE, "reader order quiet task", 110, strong=False, ordered=True),
        _sign(SILENCE, "reader order quiet flaw", 150, strong=False, ordered=True),
        _sign(DICTATE, "reader order say", 110, strong=False, ordered=True),
        _sign(DICTATE, "say stop", 120),
        _sign(SILENCE, "stop quiet", 60, strong=False, ordered=True),
        _sign(SILENCE, "quiet stop", 60, strong=False, ordered=True),
        _sign(DICTATE, "quiet say task", 140),
        _sign(ROLE, "play yes task", 120),
        _sign(PRESS, "bait model quiet", 160),
        _sign(PRESS, "bait model clean", 160),
        _sign(PRESS, "bait quiet task order", 140, strong=False),
        _sign(PRESS, "bait you quiet task", 160, strong=False),
        _sign(EDGE, "edge quiet", 140),
        _sign(EDGE, "edge say", 140),
        _sign(SET_ASIDE, "rules undo you task", 110),
        _sign(SET_ASIDE, "rules undo model", 70),
        _sign(SET_ASIDE, "rules undo you", 90, strong=False),
        _sign(SILENCE, "feign onlook", 90),
    ),
)
