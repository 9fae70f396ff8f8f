"""Webhooks that are slow while nothing was broken; judged on the latency that the wire reported."""

from collections.abc import Iterator

from simulator.explorer.findings.finding import Finding, Survey


def find(survey: Survey) -> Iterator[Finding]:
    """Every request that took longer than the policy allows."""
    for edge in survey.tree.edges:
        if edge.move.fault:
            continue
        for request in edge.requests:
            if request.latency > survey.policy.slow:
                yield Finding(
                    f"slow:{request.address}",
                    "slow",
                    "warning",
                    f"{request.address} takes {request.latency:.1f} s to answer; callers hear silence, "
                    "and Twilio gives up after 15 s.",
                    "answer at once, with a Pause and a Redirect while the work goes on",
                    edge.id,
                )
