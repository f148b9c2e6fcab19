"""What the import of litellm leaves out: nothing that a call needs, and nothing that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from providers import FakeProviders, findings_reply

import reviewbot

MODELS = {
    "openai/gpt-5.6": "openai",
    "openai/gpt-5.3-codex": "openai",
    "anthropic/claude-opus-4-6": "anthropic",
    "gemini/gemini-2.5-flash": "gemini",
    "openrouter/anthropic/claude-opus-4.6": "openai",
    "mistral/m": "openai",
    "cohere/m": "openai",
}
"""Ollama is not among them: for it litellm counts tokens, with the tokenizer that the others are spared."""
ASK = """
import asyncio, json, sys
from reviewbot.config.values import NetworkConfig
from reviewbot.ports import Message
from reviewbot.reviewers.catalog import Catalog
from reviewbot.reviewers.endpoints import resolve
from reviewbot.reviewers.llm import LiteLLMModel

async def ask(name, base):
    endpoint = resolve(name, api_base=base, api_key_env=None, catalog=Catalog())
    model = LiteLLMModel(
        endpoint=endpoint, api_key="key-0123456789", max_output_tokens=50, params={},
        network=NetworkConfig(trust_env=False, ca_bundle=None), timeout_s=20, info=Catalog().lookup(endpoint),
        schema={"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    )
    try:
        return (await model.ask([Message(role="system", text="s"), Message(role="user", text="u")])).text
    finally:
        await model.close()

async def ask_all(models):
    return await asyncio.gather(*(ask(name, base) for name, base in models.items()))

def answers():
    return asyncio.run(ask_all(json.loads(sys.argv[1])))
"""


def told(program: str, tmp_path: Path) -> Any:
    """What a process says that has `answers()`, to be called for an answer of each model."""
    with FakeProviders(findings_reply([])) as providers:
        models = {name: providers.base_url(kind) for name, kind in MODELS.items()}
        done = subprocess.run(
            [sys.executable, "-P", "-c", ASK + program, json.dumps(models)],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(reviewbot.__file__).parents[1])},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.thorough
def test_nothing_that_is_put_off_is_needed_by_a_call(tmp_path: Path) -> None:
    """When this fails, litellm has changed: a run still works, and takes longer than it has to."""
    report = told(
        """
from reviewbot.reviewers.loading import PUT_OFF, load_litellm
load_litellm()
at_import = sorted(PUT_OFF.loaded)
texts = answers()
print(json.dumps({
    "active": PUT_OFF in sys.meta_path, "at_import": at_import, "texts": texts,
    "at_calls": sorted(PUT_OFF.loaded), "unlisted": sorted({module for module, _ in PUT_OFF.stand_ins}),
    "modules": sorted(sys.modules),
}))
""",
        tmp_path,
    )

    assert report["active"], "stand-ins broke the import, and litellm was imported plainly"
    assert (report["at_import"], report["at_calls"]) == ([], [])
    assert report["texts"] == ['{"findings": []}'] * len(MODELS)
    assert not set(report["modules"]) & {
        "litellm.litellm_core_utils.default_encoding",
        "litellm.proxy._types",
        "aiohttp.client",
        "requests",
        "rich",
        "openai.resources.beta.beta",
        "openai.types.beta.realtime",
    }


@pytest.mark.thorough
def test_what_stands_in_stands_for_functions_and_classes(tmp_path: Path) -> None:
    """A number or an exception can be used in ways that its stand-in does not notice."""
    odd = told(
        """
from types import ModuleType
from reviewbot.reviewers.loading import PUT_OFF, load_litellm
load_litellm()
answers()
odd = []
for module, name in list(PUT_OFF.stand_ins):
    real = PUT_OFF.real(module, name)
    fails = isinstance(real, type) and issubclass(real, BaseException)
    if fails or not (callable(real) or isinstance(real, ModuleType)):
        odd.append(f"{module}.{name}")
print(json.dumps(sorted(odd)))
""",
        tmp_path,
    )

    assert odd == []


@pytest.mark.thorough
def test_what_was_put_off_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    report = told(
        """
from reviewbot.reviewers.loading import load_litellm
load_litellm()
import litellm
from litellm import create_batch, image_generation
from openai.resources import Evals
router = litellm.Router(model_list=[])
print(json.dumps([
    router.model_list, create_batch.__name__, litellm.rerank.__name__, callable(image_generation), Evals.__name__,
    hasattr(litellm, "unheard_of"), litellm.main.encoding.encode("a b"), isinstance(3, litellm.Router),
]))
""",
        tmp_path,
    )

    assert report == [[], "create_batch", "rerank", True, "Evals", False, [64, 293], False]


@pytest.mark.thorough
@pytest.mark.parametrize("wrong", ["litellm.constants", "openai._types"])
def test_where_stand_ins_break_the_import_it_is_done_plainly(wrong: str, tmp_path: Path) -> None:
    texts = told(
        f"""
from reviewbot.reviewers import loading
from reviewbot.reviewers.deferral import PutOff

loading.PUT_OFF = PutOff({{{wrong!r}}}, families=("openai.types",))
loading.load_litellm()
print(json.dumps([loading.PUT_OFF in sys.meta_path, answers()]))
""",
        tmp_path,
    )

    assert texts == [False, ['{"findings": []}'] * len(MODELS)]
