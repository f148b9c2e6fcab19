"""The names of HTML elements, living and obsolete, with the roots of the vocabularies that HTML embeds.

https://html.spec.whatwg.org/multipage/indices.html#elements-3 and #non-conforming-features
"""

from __future__ import annotations

ELEMENTS = frozenset(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body
    br button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir
    div dl dt element em embed fencedframe fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6
    head header hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map
    mark marquee math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup
    option output p param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section
    select selectedcontent shadow slot small source spacer span strike strong style sub summary sup svg table tbody td
    template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
    """.split()  # noqa: SIM905 - a hundred quoted words are no easier to read
)

# Elements that are also common names of types, as in `Promise<Object>`. Without attributes they do nothing.
TYPE_NAMES = frozenset({"Address", "Button", "Data", "Form", "Input", "Label", "Map", "Object", "Option", "Time"})
