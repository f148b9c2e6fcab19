"""More tokens that their shape alone gives away: services that came later, and the signed keys of Azure.

The rows are made as those of `formats` are, and hold to the same rules.
"""

from __future__ import annotations

from reviewbot.stages.secrets.formats import END, FREE, Rule, around, row, start
from reviewbot.stages.secrets.values import is_random


def _azure(name: str, title: str, width: int, after: str, *signs: str) -> Rule:
    """A key of Azure's: its sign stands `width` characters of base64 from its beginning."""
    return row(name, title, around(rf"{FREE}[A-Za-z0-9_+/-]{{{width}}}", width, after, *signs), *signs)


# fmt: off
SERVICES: tuple[Rule, ...] = (
    # ------------------------------------------------------------ clouds, stores of data and secrets
    _azure("azure-storage-key", "Azure storage key", 76, "[A-Za-z0-9+/]{5}[AQgw](?:==|%3D%3D)?",
            "+ASt", "ACDb", "+ABa", "+AMC", "APIM"),
    _azure("azure-functions-key", "Azure Functions key", 44, "[A-Za-z0-9_+/-]{5}[AQgw](?:==|%3D%3D)?", "AzFu"),
    _azure("azure-registry-key", "Azure registry or search key", 42, f"[A-Za-z0-9+/]{{6}}{END}", "+ACR", "AzSe"),
    _azure("azure-bus-key", "Azure key for a queue, cache or hub", 33, "[A-Za-z0-9+/]{6}(?:=|%3D)",
            "AzCa", "AIoT", "+AEh", "+ASb", "+ARm", "AzEG"),
    row("digitalocean-spaces-key", "DigitalOcean Spaces key",
        start("DO00") + rf"(?=[0-9]*[A-Z])[A-Z0-9]{{16}}{END}", "DO00"),
    row("volcengine-key", "Volcengine key", start("AKLT") + r"[A-Za-z0-9+/_-]{40,}={0,2}", "AKLT", accept=is_random),
    row("baidu-key", "Baidu Cloud key", r"bce-v3/ALTAK-[A-Za-z0-9]{16,}/[0-9a-f]{40}", "bce-v3/ALTAK-"),
    row("yandex-key", "Yandex Cloud key", start("AQVN") + r"[A-Za-z0-9_-]{35,}+(?![+/=])", "AQVN"),
    row("yandex-token", "Yandex token",
        start("y0_", r"t1\.")
        + r"(?:(?<=y0_)[A-Za-z0-9_-]{50,}|(?<=t1\.)[A-Za-z0-9_-]{1,900}+={0,2}\.[A-Za-z0-9_-]{80,}={0,2})",
        "y0_", "t1."),
    row("neon-password", "Neon database password", start("npg_") + r"(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{12,}", "npg_"),
    row("vercel-token", "Vercel token", start("vcp_", "vci_", "vca_", "vcr_", "vck_") + r"[A-Za-z0-9_-]{24,}",
        "vcp_", "vci_", "vca_", "vcr_", "vck_"),
    row("convex-key", "Convex deploy key",
        r"\|(?<=[a-z0-9]\|)(?P<secret>eyJ2MiI6[A-Za-z0-9+/_-]{20,}={0,2})", "|eyJ2MiI6"),
    row("extended-private-key", "Extended private key of a wallet",
        start("xprv", "yprv", "zprv", "tprv") + r"[1-9A-HJ-NP-Za-km-z]{100,}", "xprv", "yprv", "zprv", "tprv"),
    row("scalingo-token", "Scalingo token", start("tk-us-") + r"[A-Za-z0-9_-]{40,}", "tk-us-"),
    row("harness-token", "Harness token", start(r"pat\.", r"sat\.") +
        rf"[A-Za-z0-9_-]{{22}}\.[0-9a-f]{{24}}\.[A-Za-z0-9]{{20}}{END}", "pat.", "sat."),
    row("infracost-key", "Infracost API key", start("ico-") + rf"[A-Za-z0-9]{{32}}{END}", "ico-", accept=is_random),
    # ------------------------------------------------------------ models, and what they read
    row("jina-key", "Jina API key", start("jina_") + r"[A-Za-z0-9_-]{40,}", "jina_"),
    row("firecrawl-key", "Firecrawl API key", start("fc-") + rf"[0-9a-f]{{32}}{END}", "fc-"),
    row("cursor-key", "Cursor API key", start("key_") + rf"[0-9a-f]{{64}}{END}", "key_"),
    row("infura-key", "Infura project key", r"\.infura\.io/(?:ws/)?v3/(?P<secret>[0-9a-f]{32})", ".infura.io/"),
    row("alchemy-key", "Alchemy API key",
        r"alchemy(?:api)?\.(?:com|io)/(?:nft/)?v[23]/(?P<secret>[A-Za-z0-9_-]{20,})",
        ".alchemy.com/", ".alchemyapi.io/"),
    # ------------------------------------------------------------ monitoring
    row("new-relic-license", "New Relic license key",
        around(rf"{FREE}[0-9a-fxu]{{36}}", 36, END, "NRAL"), "NRAL"),
    row("posthog-key", "PostHog personal key", start("phx_") + r"[A-Za-z0-9]{40,}", "phx_"),
    row("grafana-key", "Grafana API key", start("eyJrIjoi") + r"[A-Za-z0-9+/]{60,}={0,2}", "eyJrIjoi"),
    row("adafruit-key", "Adafruit IO key", start("aio_") + rf"[A-Za-z0-9]{{28}}{END}", "aio_", accept=is_random),
    # ------------------------------------------------------------ work, money, messages
    row("slack-cookie", "Slack session cookie",
        r"xoxd-(?=[A-Za-z0-9+/_%-]{20})(?:[A-Za-z0-9+/_-]++|%2[BbFf])++(?:={1,2}|(?:%3[Dd]){1,2})?", "xoxd-"),
    row("mailgun-private-key", "Mailgun API key",
        around(rf"{FREE}[0-9a-f]{{32}}", 32, "[0-9a-f]{8}-[0-9a-f]{8}(?![A-Za-z0-9-])", "-", first="(?=[0-9a-f]{8}-)")),
    row("twitter-bearer", "Twitter bearer token",
        start("AAAAAAAAAAAAAAAAAAAA") + r"(?=[A-Za-z0-9%]{60})(?:[A-Za-z0-9]++|%(?:2[BF]|3D))++(?![+/=])",
        "AAAAAAAAAAAAAAAAAAAA", accept=is_random),
    row("instagram-token", "Instagram token", start("IGQ") + r"[A-Za-z0-9_-]{80,}", "IGQ", accept=is_random),
    row("linkedin-secret", "LinkedIn client secret",
        start(r"WPL_AP[01]\.") + r"[A-Za-z0-9]{12,}(?:\.[A-Za-z0-9+/]{4,}={0,2})?", "WPL_AP0.", "WPL_AP1."),
    row("asana-token", "Asana token",
        start("[012]/") + rf"[0-9]{{13,20}}(?:/[0-9]{{13,20}})?:[0-9a-f]{{32}}{END}", "0/", "1/", "2/"),
    row("intercom-token", "Intercom token", start("dG9rO") + r"[A-Za-z0-9+/]{50,}={0,2}", "dG9rO", accept=is_random),
    row("duffel-token", "Duffel token", r"duffel_(?:live|test)_[A-Za-z0-9_=-]{40,}", "duffel_"),
    row("frameio-token", "Frame.io token", start("fio-u-") + r"[A-Za-z0-9_=-]{60,}", "fio-u-"),
    row("flutterwave-key", "Flutterwave secret key", r"FLWSECK(?:_TEST)?-[0-9A-Za-z]{12,}(?:-X)?", "FLWSECK"),
    row("readme-key", "ReadMe API key", start("rdme_") + r"[a-z0-9]{60,}", "rdme_"),
    row("paddle-key", "Paddle API key",
        r"pdl_(?:live|sdbx|test)_apikey_[A-Za-z0-9]{26}_[A-Za-z0-9]{22}(?:_[A-Za-z0-9]{3})?", "pdl_"),
)
