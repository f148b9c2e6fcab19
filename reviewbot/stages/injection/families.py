"""The families of rules: each is one idea in many words, looked for where its needed words stand."""

from __future__ import annotations

from reviewbot.stages.injection.bids import BIDS
from reviewbot.stages.injection.leaks import LEAKS
from reviewbot.stages.injection.override import OVERRIDE
from reviewbot.stages.injection.products import PRODUCTS

FAMILIES = (*OVERRIDE, *BIDS, *LEAKS, *PRODUCTS)
