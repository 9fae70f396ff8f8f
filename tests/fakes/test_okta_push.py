"""P01 to P10: the push transaction, from the asking side and from the handset."""

from fakes.okta import factors, users
from fakes.people import JANE, JON
from tests.fakes.door import Door, Reply


async def push(door: Door, body: object = None, user: str = JON.id) -> Reply:
    path = await door.factor_path(user, "push")
    reply = await door.post(f"{path}/verify", body)
    assert reply.status == 201, reply.text
    return reply


def link(reply: Reply, name: str) -> str:
    return str(reply.body["_links"][name]["href"])


async def test_P01_a_push_starts_waiting_with_five_minutes_and_two_links(door: Door) -> None:
    path = await door.factor_path(JON.id, "push")

    reply = await door.post(f"{path}/verify")

    assert reply.status == 201
    assert reply.body["factorResult"] == "WAITING"
    assert reply.body["expiresAt"] == "2026-11-24T14:05:00.000Z"
    assert reply.body["profile"]["credentialId"] == JON.login
    poll, cancel = reply.body["_links"]["poll"], reply.body["_links"]["cancel"]
    assert poll["href"] == cancel["href"]
    assert poll["href"].startswith(f"{door.base}{path}/transactions/v2mst.")
    assert (poll["hints"], cancel["hints"]) == ({"allow": ["GET"]}, {"allow": ["DELETE"]})
    (prompt,) = door.okta.prompts(JON.id)
    assert (prompt.created, prompt.expires_at) == (door.clock.at, door.clock.at + 300)


async def test_P02_a_poll_before_the_answer_repeats_the_start(door: Door) -> None:
    started = await push(door)

    polled = await door.get(link(started, "poll"))

    assert polled.status == 200
    assert polled.body == started.body


async def test_P03_an_approved_push_polls_as_success(door: Door) -> None:
    started = await push(door)

    assert door.okta.answer_push(JON.id, True) == "SUCCESS"
    polled = await door.get(link(started, "poll"))

    assert (polled.status, polled.body) == (200, {"factorResult": "SUCCESS"})
    assert door.okta.prompts(JON.id) == []


async def test_P04_a_denied_push_polls_as_rejected_with_links_to_try_again(door: Door) -> None:
    started = await push(door)

    assert door.okta.answer_push(JON.id, False) == "REJECTED"
    polled = await door.get(link(started, "poll"))

    assert polled.status == 200
    assert set(polled.body) == {"factorResult", "profile", "_links"}
    assert polled.body["factorResult"] == "REJECTED"
    assert set(polled.body["_links"]) == {"verify", "factor"}


async def test_P05_a_push_nobody_answers_times_out(door: Door) -> None:
    started = await push(door)

    door.clock.advance(300)
    at_the_limit = await door.get(link(started, "poll"))
    door.clock.advance(0.1)
    after = await door.get(link(started, "poll"))

    assert at_the_limit.body["factorResult"] == "WAITING"
    assert (after.status, after.body["factorResult"]) == (200, "TIMEOUT")
    assert door.okta.prompts(JON.id) == []


async def test_P06_a_poll_under_another_user_is_not_found(door: Door) -> None:
    started = await push(door)

    stolen = await door.get(link(started, "poll").replace(JON.id, JANE.id))

    assert (stolen.status, stolen.error) == (404, "E0000007")


async def test_P06_a_poll_under_another_factor_is_not_found(door: Door) -> None:
    org = door.okta.org
    other = factors.add(org, users.find(org, JON.id), "push", {})
    started = await push(door)
    mine = started.body["_links"]["poll"]["href"].split("/")[-3]

    stray = await door.get(link(started, "poll").replace(mine, other.id))

    assert (stray.status, stray.error) == (404, "E0000007")


async def test_P07_a_cancelled_push_is_gone(door: Door) -> None:
    started = await push(door)

    cancelled = await door.call("DELETE", link(started, "cancel"))
    polled = await door.get(link(started, "poll"))

    assert (cancelled.status, cancelled.text) == (204, "")
    assert (polled.status, polled.error) == (404, "E0000007")
    assert door.okta.prompts(JON.id) == []


async def test_P08_a_number_challenge_tells_the_asking_side_the_answer(door: Door) -> None:
    started = await push(door, {"useNumberMatchingChallenge": True})

    polled = await door.get(link(started, "poll"))
    (prompt,) = door.okta.prompts(JON.id)

    correct = started.body["_embedded"]["challenge"]["correctAnswer"]
    assert polled.body["_embedded"]["challenge"]["correctAnswer"] == correct == prompt.number
    assert len(set(prompt.choices)) == 3
    assert correct in prompt.choices
    assert door.okta.answer_push(JON.id, True, correct) == "SUCCESS"


async def test_P09_the_wrong_number_rejects_the_push(door: Door) -> None:
    started = await push(door, {"useNumberMatchingChallenge": True})
    (prompt,) = door.okta.prompts(JON.id)
    wrong = next(choice for choice in prompt.choices if choice != prompt.number)

    assert door.okta.answer_push(JON.id, True, wrong) == "REJECTED"
    polled = await door.get(link(started, "poll"))

    assert polled.body["factorResult"] == "REJECTED"


async def test_P10_of_two_pushes_the_newest_is_answered(door: Door) -> None:
    first = await push(door)
    second = await push(door)

    door.okta.answer_push(JON.id, True)

    assert (await door.get(link(first, "poll"))).body["factorResult"] == "WAITING"
    assert (await door.get(link(second, "poll"))).body["factorResult"] == "SUCCESS"
    assert len(door.okta.prompts(JON.id)) == 1


async def test_an_hour_later_a_transaction_is_forgotten_when_the_next_begins(door: Door) -> None:
    started = await push(door)

    door.clock.advance(3601)
    await push(door)

    assert (await door.get(link(started, "poll"))).status == 404
    assert len(door.okta.org.tables.pushes) == 1
