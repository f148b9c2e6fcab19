"""A first workflow that reviews pull requests, and how one is recognised. Pure.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FOLDER = ".github/workflows"

_TEXT = """\
# Reviews each pull request with several models and posts one review.
#
# The models' keys are secrets of the repository. Add them under
# Settings > Secrets and variables > Actions:
#   SECRETS
# A fork's pull request gets no secrets from GitHub; it is not reviewed, and the
# job says so.
name: reviewbot

on:
  pull_request:
    types: [opened, reopened, synchronize, ready_for_review]
  merge_group: # passes at once, so that a merge queue does not wait for it

permissions: {}

# A push to a pull request ends the review of what stood there before.
concurrency:
  group: reviewbot-${{ github.ref }}
  cancel-in-progress: true

jobs:
  reviewbot:
    name: reviewbot # the check to require in a ruleset
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read # to read the change; nothing of it is checked out or run
      pull-requests: write # to post the review
    steps:
      # A tag can be moved. Pin the commit that you have looked at:
      # reviewbot/reviewbot@<40 hexadecimal digits> # v0.1.0
      # Before the first release there is neither: push a clone of reviewbot's
      # repository to GitHub, and name that: YOUR-NAME/reviewbot@<commit>
      - uses: reviewbot/reviewbot@v0
"""
_USES = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?uses:[ \t]*[\"']?reviewbot/reviewbot(?:/[\w./-]*)?@")


def workflow_text(key_names: Sequence[str]) -> str:
    """The workflow. `key_names`: the variables that hold the models' keys, taken from secrets."""
    secrets = "\n#   ".join(map(secret_name, key_names)) or "(none is needed by the reviewers that are configured)"
    env = ["        env:", *(f"          {name}: ${{{{ secrets.{secret_name(name)} }}}}" for name in key_names)]
    return _TEXT.replace("SECRETS", secrets) + ("\n".join(env) + "\n" if key_names else "")


def secret_name(variable: str) -> str:
    """The secret for a variable: of the same name, unless GitHub keeps that for itself.

    https://docs.github.com/actions/reference/security/secrets#naming-your-secrets
    """
    return f"MODEL_{variable}" if variable.upper().startswith("GITHUB_") else variable


def uses_reviewbot(workflow: str) -> bool:
    """Whether a step of this workflow is our Action."""
    return _USES.search(workflow) is not None
