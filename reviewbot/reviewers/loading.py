"""Import litellm so that it stays quiet, local and out of the environment's hands.

By itself it reads a `.env`, takes addresses, proxies and certificates from the environment, fetches price lists,
prints, and asks hosts about a model over HTTP clients of its own.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path

import httpx

_BEFORE_IMPORT = {
    "LITELLM_MODE": "PRODUCTION",  # else a .env found upward from litellm's own folder is loaded
    "PYTHON_DOTENV_DISABLED": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else lists are fetched from the network
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
}
_ALWAYS_SCRUBBED = re.compile(
    r"LITELLM_.*|.*_API_BASE|.*_BASE_URL|EXPERIMENTAL_.*|AZURE_OPENAI_ENDPOINT"
    r"|OPENAI_(CUSTOM_HEADERS|LOG|ADMIN_KEY|API_TYPE|API_VERSION)|ANTHROPIC_(AUTH_TOKEN|CUSTOM_HEADERS)"
    r"|AIOHTTP_.*|SSLKEYLOGFILE|USE_DD.*"
)
_NETWORK = re.compile(r"SSL_.*|(HTTP|HTTPS|ALL|NO)_PROXY", re.IGNORECASE)


def scrub(environ: MutableMapping[str, str], *, trust_env: bool) -> None:
    """Take out what would send a call or a key elsewhere. With `trust_env` proxies and certificates stay."""
    for name in list(environ):
        if _ALWAYS_SCRUBBED.fullmatch(name) or (not trust_env and _NETWORK.fullmatch(name)):
            del environ[name]
    environ.update(_BEFORE_IMPORT)


def load_litellm(*, trust_env: bool = False) -> None:
    """Import litellm once, quietly and without a look at the network, a `.env` or the current folder.

    Takes seconds. Changes the process: its environment (see `scrub`), and the current folder leaves `sys.path`,
    because litellm imports optional packages by name and a reviewed tree may hold a module of that name.
    """
    loaded = sys.modules.get("litellm")
    if loaded is not None and vars(loaded).get("module_level_client") is _NO_CLIENT:
        return
    scrub(os.environ, trust_env=trust_env)
    here = {"", ".", str(Path.cwd())}
    sys.path[:] = [entry for entry in sys.path if entry not in here]
    # Millions of objects are made and none is dropped: collecting in between costs a third of the import's time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        import litellm
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
    warnings.filterwarnings("ignore", module=r"pydantic|litellm|openai")  # else parts of hostile answers reach stderr
    for name, value in _SETTINGS.items():
        setattr(litellm, name, value)
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "openai"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.CRITICAL + 1)


class _NoClient:
    """Stands where litellm keeps HTTP clients of its own, over which it asks Ollama about models, redirects and all."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        raise httpx.UnsupportedProtocol("litellm may not use a client of its own")


_NO_CLIENT = _NoClient()
_SETTINGS: Mapping[str, object] = {
    "suppress_debug_info": True,  # else advice with ANSI codes goes to stdout
    "module_level_client": _NO_CLIENT,
    "module_level_aclient": _NO_CLIENT,
    "turn_off_message_logging": True,
    "num_retries": 0,
    "callbacks": [],
    "success_callback": [],
    "failure_callback": [],
    "input_callback": [],
    "service_callback": [],
}
