"""The org as a Python object: seeded, repeatable, and able to go back."""

import subprocess
import sys

import pytest

from fakes.okta import factors, push, users, verify
from fakes.okta.push import HandsetError
from fakes.okta.state import Okta
from fakes.people import JANE, JON, seed_people
from tests.fakes.door import Clock


def org(seed: int = 0) -> Okta:
    okta = Okta(now=Clock(), seed=seed)
    seed_people(okta)
    return okta


def challenge(okta: Okta) -> None:
    jane = users.find(okta.org, JANE.id)
    verify.challenge(okta.org, jane, factors.of_user(okta.org, jane)[0])


def send_code(okta: Okta) -> str:
    challenge(okta)
    return okta.texts(JANE.phone)[-1].code


def start_push(okta: Okta) -> str:
    jon = users.find(okta.org, JON.id)
    factor = factors.of_user(okta.org, jon)[1]
    return push.start(okta.org, jon, factor, with_number=True, origin="").id


def test_the_same_seed_gives_the_same_ids_and_codes() -> None:
    first, second, other = org(7), org(7), org(8)

    assert first.org.tables == second.org.tables
    assert send_code(first) == send_code(second) != send_code(other)
    assert start_push(first) == start_push(second)
    assert first.prompts(JON.id) == second.prompts(JON.id)


def test_a_snapshot_goes_back_to_the_same_future() -> None:
    okta = org()
    earlier = okta.snapshot()
    code = send_code(okta)
    users.delete(okta.org, users.find(okta.org, JON.id))

    okta.restore(earlier)

    assert okta.texts(JANE.phone) == []
    assert users.find(okta.org, JON.id).status == "ACTIVE"
    assert send_code(okta) == code


def test_a_snapshot_is_not_changed_by_what_follows() -> None:
    okta = org()
    earlier = okta.snapshot()
    for _ in range(2):
        send_code(okta)
        okta.restore(earlier)

    assert okta.texts(JANE.phone) == []


def test_codes_and_numbers_do_not_show_in_a_repr() -> None:
    okta = org()
    code = send_code(okta)
    start_push(okta)
    (prompt,) = okta.prompts(JON.id)

    shown = repr((okta.texts(JANE.phone), okta.org.tables.codes, okta.org))
    assert code not in shown
    assert okta.org.api_token not in shown
    assert "Demo-Jane" not in shown
    assert f"number={prompt.number}" not in repr(prompt)


def test_a_handset_without_a_prompt_says_so() -> None:
    okta = org()

    with pytest.raises(HandsetError, match="no push prompt"):
        okta.answer_push(JON.id, True)
    with pytest.raises(HandsetError, match="authenticator app"):
        okta.totp(JON.id)
    with pytest.raises(HandsetError, match="scanned"):
        okta.scan_push(JON.id)


def test_a_prompt_with_numbers_wants_one() -> None:
    okta = org()
    start_push(okta)

    with pytest.raises(HandsetError, match="number"):
        okta.answer_push(JON.id, True)
    assert len(okta.prompts(JON.id)) == 1
    assert okta.answer_push(JON.id, False) == "REJECTED"


def test_the_clock_only_goes_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        org().advance(-1)


def test_texts_do_not_fill_the_memory() -> None:
    okta = org()
    for _ in range(5200):
        challenge(okta)
        okta.advance(30)

    assert len(okta.org.tables.texts) <= 5000
    assert sum(map(len, okta.org.tables.codes.values())) <= 11


def test_importing_fakes_loads_no_framework() -> None:
    code = "import sys, fakes; print([name for name in ('quart', 'okta', 'aiohttp', 'jwt') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
