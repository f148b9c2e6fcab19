"""The shell of `reviewbot doctor`: whether a review could run here, looked at part by part."""

from reviewbot.doctor.checkup import Checkup, check_up
from reviewbot.doctor.values import Check, State

__all__ = ["Check", "Checkup", "State", "check_up"]
