"""The numbers an operator sees, after calls; and that the guide names each of them."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from ivr.app import create_app
from ivr.observability import meters
from ivr.observability.meters import Meters, metered, served_metrics
from ivr.printing import Refusal
from tests.ivr.handset import JANE, JON, World, sid

GUIDE = Path(__file__).parents[3] / "docs" / "operating.md"
JONS_ID = "00ufakeJonIvr00000d7"


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def world(world: World, registry: CollectorRegistry) -> World:
    """A line that is counted."""
    counted = Meters(registry)
    world.line = metered(world.line, counted, counted)
    world.app = create_app(world.line)
    return world


def value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


async def test_calls_are_counted_by_how_far_they_came(world: World, registry: CollectorRegistry) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    await phone.press("1")
    await world.handset(number=2).dial()

    stages = ("greeted", "offered", "code asked", "verified", "ended", "push sent")
    assert [value(registry, "ivr_calls_total", stage=stage) for stage in stages] == [2, 1, 1, 1, 1, 0]


async def test_outcomes_are_counted_by_factor(world: World, registry: CollectorRegistry) -> None:
    phone, push = world.handset(), world.handset(JON, number=2)
    await phone.reach("1", "1", "000000", "000000")
    await phone.press(world.code())
    await push.reach("1", "1")
    await push.wait()
    world.okta.answer_push(JONS_ID, False)
    await push.wait()

    outcomes = {
        (labels["factor"], labels["outcome"]): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "ivr_factor_outcomes_total"
        for labels in [sample.labels]
    }
    assert outcomes == {
        ("sms", "CodeSent"): 1,
        ("sms", "WrongCode"): 2,
        ("sms", "Verified"): 1,
        ("push", "Push"): 1,
        ("push", "Rejected"): 1,
    }


async def test_webhooks_and_services_are_timed(world: World, registry: CollectorRegistry) -> None:
    phone = world.handset()
    await phone.reach("1", "1")
    await phone.press(world.code())
    await phone.press("1")

    assert value(registry, "ivr_webhook_seconds_count", page="/ivr/account_menu", how="answered") == 1
    assert value(registry, "ivr_service_seconds_count", service="okta", what="verify") == 1
    assert value(registry, "ivr_service_seconds_count", service="accounts", what="standing") == 1
    assert value(registry, "ivr_service_seconds_sum", service="okta", what="verify") > 0


async def test_limits_and_refusals_are_counted(world: World, registry: CollectorRegistry) -> None:
    await world.handset().reach("1", "1", "000000", "000000", "000000", "000000")
    await world.handset(number=2).reach("1", "1")
    await world.app.test_client().post("/ivr/menu", form={"CallSid": "none"})

    assert value(registry, "ivr_limits_hit_total", limit="wrong codes") == 1
    assert value(registry, "ivr_webhook_seconds_count", page="/ivr/menu", how="refused") == 1


async def test_nobody_can_be_found_in_the_numbers(world: World, registry: CollectorRegistry) -> None:
    phone = world.handset()
    await phone.reach("1", "1", "123456")
    text = generate_latest(registry).decode()

    for private in (JANE, JANE[1:], sid(1), "Jane", "00uf", "123456"):
        assert private not in text


def test_metrics_are_served_on_loopback_until_stopped(registry: CollectorRegistry) -> None:
    Meters(registry).came("sms", "Verified")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    stop = served_metrics(registry, port)
    with urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text = response.read().decode()
    with pytest.raises(Refusal, match=f"Cannot listen on 127.0.0.1:{port}"):
        served_metrics(registry, port)
    stop()

    assert 'ivr_factor_outcomes_total{factor="sms",outcome="Verified"} 1.0' in text


def test_the_guide_has_a_row_for_every_metric_and_no_other(registry: CollectorRegistry) -> None:
    Meters(registry)
    meters.restarts(registry)
    meters.workers_up(registry)
    suffix = {"counter": "_total"}
    ours = {metric.name + suffix.get(metric.type, ""): _labels(metric.name) for metric in registry.collect()}

    rows = dict(re.findall(r"^\| `(ivr_\w+)` \|([^|]*)\|", GUIDE.read_text(), re.MULTILINE))

    assert {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows.items()} == ours


def _labels(name: str) -> set[str]:
    known = Meters(CollectorRegistry())
    mine = (known.webhooks, known.calls, known.factors, known.limits, known.services)
    return next((set(each._labelnames) for each in mine if each._name == name), set())
