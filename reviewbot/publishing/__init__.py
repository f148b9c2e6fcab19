"""What stands on a pull request, and bringing a report onto it."""

from reviewbot.publishing.before import GONE, Before, may_write, read_before
from reviewbot.publishing.host import Host
from reviewbot.publishing.report import Outcome, publish_report, without_attempt

__all__ = ["GONE", "Before", "Host", "Outcome", "may_write", "publish_report", "read_before", "without_attempt"]
