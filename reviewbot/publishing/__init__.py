"""What stands on a pull request, and bringing a draft onto it."""

from reviewbot.publishing.before import GONE, Before, may_write, read_before, told_in_reviews
from reviewbot.publishing.check import make_check_run
from reviewbot.publishing.host import Host
from reviewbot.publishing.writing import Superseded, publish

__all__ = [
    "GONE",
    "Before",
    "Host",
    "Superseded",
    "make_check_run",
    "may_write",
    "publish",
    "read_before",
    "told_in_reviews",
]
