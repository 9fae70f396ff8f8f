"""The files that operators copy: valid for their own tools, and true to the line's metrics, alarms, limits, probes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from ivr.cli import make_cli

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/deploy"
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
RULES = FOLDER / "prometheus-rules.yml"
RESOURCES = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")))
METRIC = re.compile(r"\bivr_[a-z_]+")

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is missing")


def alarms() -> dict[str, str]:
    """The page's alarms: the name in one word, and when each sounds."""
    table = OPERATING.split("## Alarms")[1].split("\n## ")[0]
    rows = [re.split(r" ?\| ?", line)[1:3] for line in table.splitlines() if line.startswith("| ")]
    return {"".join(word.capitalize() for word in name.split()): when for name, when in rows[1:]}


def rules() -> dict[str, str]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


def dashboard() -> Any:  # Grafana's own JSON
    return json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))


def expressions() -> list[str]:
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def test_every_alarm_of_the_page_that_a_metric_tells_has_a_rule_and_no_rule_is_without_a_row() -> None:
    told_by_metrics = {name for name, when in alarms().items() if re.search(r"ivr_|how=|limit=|outcome=", when)}

    assert set(rules()) == told_by_metrics


def test_rules_and_dashboard_know_only_metrics_of_the_page_and_the_dashboard_shows_all() -> None:
    metrics = set(re.findall(r"^\| `(ivr_[a-z_]+)`", OPERATING, re.MULTILINE))
    names = {each: re.sub("_(bucket|count|sum)$", "", each) for text in expressions() for each in METRIC.findall(text)}
    of_the_rules = {re.sub("_(bucket|count)$", "", each) for text in rules().values() for each in METRIC.findall(text)}

    assert of_the_rules < metrics
    assert set(names.values()) == metrics


def test_limits_in_the_rules_are_limits_of_the_line() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "ivr").rglob("*.py"))
    limits = set(re.findall(r'Limit\("([^"]+)"', sources))
    asked = [re.sub(r"\(all\|a number\)", "all", each) for each in re.findall(r'limit=~?"([^"]+)"', str(rules()))]

    assert asked
    assert set(asked) <= limits


SERIES = {
    "StoreDown": 'ivr_webhook_seconds_count{page="/ivr/menu", how="store down"}',
    "OktaDown": 'ivr_factor_outcomes_total{factor="sms", outcome="Unavailable"}',
    "FailedWebhooks": 'ivr_webhook_seconds_count{page="/ivr/menu", how="failed"}',
    "ForgedRequests": 'ivr_webhook_seconds_count{page="other", how="refused"}',
    "Guessing": 'ivr_limits_hit_total{limit="wrong codes of all"}',
    "Pumping": 'ivr_limits_hit_total{limit="challenges of a number"}',
    "PushFatigue": 'ivr_factor_outcomes_total{factor="push", outcome="Rejected"}',
    "CallBacksLost": 'ivr_webhook_seconds_count{page="other", how="not arranged"}',
    "Bombing": 'ivr_limits_hit_total{limit="call backs of all"}',
    "WorkersDie": "ivr_workers_restarted_total",
}
"""What has to grow for each alarm; Slow is told by a histogram, see its own test."""
ONE_IS_ENOUGH = ("FailedWebhooks", "CallBacksLost")


@needs_promtool
def test_every_rule_sounds_when_its_series_grows_and_not_while_it_rests(tmp_path: Path) -> None:
    assert set(SERIES) | {"Slow"} == set(rules())
    growing = [case(name, f"{series}", "0+30x40", is_on=True) for name, series in SERIES.items()]
    resting = [case(name, f"{series}", "7+0x40", is_on=False) for name, series in SERIES.items()]
    first = [case(name, SERIES[name], "_x24 1+0x16", is_on=True, at="26m") for name in ONE_IS_ENOUGH]

    said = promtool(tmp_path, [*growing, *resting, *first, slow("0+10x40", is_on=True), slow("0+0x40", is_on=False)])

    assert "SUCCESS" in said


@needs_promtool
def test_every_expression_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    texts = [each.replace("$__rate_interval", "5m") for each in expressions()]
    rows = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(texts)]
    file = tmp_path / "dashboard.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rows}]}), encoding="utf-8")

    found = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stderr


def test_panels_do_not_overlap() -> None:
    cells = [
        (x, y)
        for panel in dashboard()["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (Debian: systemd) is missing")
def test_the_unit_is_one_for_systemd(tmp_path: Path) -> None:
    """But for the program, which is not installed here."""
    unit = (FOLDER / "ivr.service").read_text(encoding="utf-8").replace("/opt/ivr/bin/ivr", "/bin/true")
    (tmp_path / "ivr.service").write_text(unit, encoding="utf-8")

    found = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "ivr.service"], capture_output=True, text=True, check=False
    )

    assert (found.returncode, found.stderr) == (0, "")


def test_the_unit_starts_a_command_that_the_line_has() -> None:
    (words,) = re.findall(r"^ExecStart=/opt/ivr/bin/(.+)$", (FOLDER / "ivr.service").read_text("utf-8"), re.MULTILINE)
    program, name, *options = shlex.split(words)
    group = make_cli({})
    command = group.get_command(click.Context(group), name)

    assert program == "ivr"
    assert command is not None
    assert command.make_context(name, options).params["operator_port"] == 9464


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_kubernetes_resources_are_valid(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


def test_probes_and_patience_are_those_of_the_line() -> None:
    pod = RESOURCES[0]["spec"]["template"]["spec"]
    unit = (FOLDER / "ivr.service").read_text(encoding="utf-8")
    (patience,) = re.findall(r"IVR_CLOSING_PATIENCE=(\d+)", (ROOT / ".env.sample").read_text(encoding="utf-8"))
    (timeout,) = re.findall(r"^TimeoutStopSec=(\d+)", unit, re.MULTILINE)

    assert min(int(timeout), pod["terminationGracePeriodSeconds"]) > int(patience)
    for probe in ("livenessProbe", "readinessProbe"):
        assert f"| `{pod['containers'][0][probe]['httpGet']['path']}` |" in OPERATING


def case(alert: str, series: str, values: str, *, is_on: bool, at: str = "35m") -> dict[str, Any]:
    """A test for promtool: with these values, one a minute, the alarm sounds then or does not."""
    return {
        "interval": "1m",
        "input_series": [{"series": series, "values": values}],
        "promql_expr_test": [
            {"expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}}) or vector(0)', "eval_time": at}
            | {"exp_samples": [{"labels": "{}", "value": 1 if is_on else 0}]}
        ],
    }


def slow(values: str, *, is_on: bool) -> dict[str, Any]:
    """Half of the webhooks take more than five seconds, or none come at all."""
    found = case("Slow", 'ivr_webhook_seconds_bucket{le="+Inf"}', values, is_on=is_on)
    quick = "0+5x40" if is_on else values
    found["input_series"] += [{"series": f'ivr_webhook_seconds_bucket{{le="{le}"}}', "values": quick} for le in (1, 5)]
    return found


def promtool(folder: Path, tests: list[dict[str, Any]]) -> str:
    file = folder / "tests.yml"
    asked = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(asked), encoding="utf-8")
    found = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout + found.stderr
