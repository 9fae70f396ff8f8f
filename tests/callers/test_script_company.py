"""Several people in one script: other callers on the same line, each with keys, ears and texts of their own."""

import pytest

from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.reports import report
from tests.callers.line import CALLED, CALLER, HandMobile, Line, Pages, Params, Play, open_line, told

OTHER, AGENT = "+14155550143", "+13125550111"


def greet(params: Params) -> str:
    return f'<Gather numDigits="6" action="/next"><Say>Hello {params["From"][-4:]}.</Say></Gather><Say>Too late.</Say>'


PAGES: Pages = {"/voice": greet, "/next": lambda params: f"<Say>{params['Digits']}</Say><Pause length='60'/>"}


async def test_another_caller_is_on_the_line_at_the_same_time(play: Play) -> None:
    steps = f"""
        - hear: hello 1234
        - caller:
            from: "{OTHER}"
            steps:
              - hear: hello 0143
              - expect_request: {{params: {{From: "{OTHER}"}}}}
              - press: "222222"
              - hear: "222222"
        - expect_no_request: {{params: {{From: "{OTHER}"}}}}
        - press: "111111"
        - hear: "111111"
        - not_hear: "222222"
    """

    result = await play(steps, PAGES)

    assert result.message() is None
    assert [other.number for other in result.others] == [OTHER]


async def test_the_same_caller_goes_on_where_they_were(play: Play) -> None:
    steps = f"""
        - caller: {{from: "{OTHER}", steps: [{{press: "222222"}}]}}
        - hear: hello
        - caller: {{from: "{OTHER}", steps: [{{hear: "222222"}}, {{hangup: true}}, {{expect_end: hangup}}]}}
    """

    result = await play(steps, PAGES)

    assert result.message() is None
    assert len(result.others) == 1


async def test_who_has_hung_up_calls_again_when_told_to(play: Play) -> None:
    steps = f"""
        - caller: {{from: "{OTHER}", steps: [{{hangup: true}}]}}
        - caller: {{from: "{OTHER}", steps: [{{expect_end: hangup}}]}}
        - caller: {{from: "{OTHER}", again: true, steps: [{{hear: hello 0143}}]}}
        - caller: {{from: "{OTHER}", steps: [{{press: "111111"}}]}}
    """

    result = await play(steps, PAGES)

    assert result.message() is None
    assert len(result.others) == 2


async def test_everybody_hangs_up_in_the_end(play: Play) -> None:
    result = await play(f'- caller: {{from: "{OTHER}", steps: [{{hear: hello}}]}}', PAGES)

    assert result.record is not None
    endings = [record.ended and record.ended.ending for record in (result.record, result.others[0].record)]
    assert endings == ["hangup", "hangup"]


async def test_time_passes_for_everybody(play: Play) -> None:
    """Only the one who looks is waited for; the others are silent meanwhile."""
    steps = f"""
        - caller: {{from: "{OTHER}", steps: [{{hear: hello}}]}}
        - wait: 30
        - caller: {{from: "{OTHER}", steps: [{{hear: too late}}, {{expect_end: completed}}]}}
    """

    assert (await play(steps, PAGES)).message() is None


async def test_each_has_their_own_codes_and_none_of_them_is_shown(play: Play) -> None:
    mobile = HandMobile()
    mobile.deliver("482913")
    mobile.deliver("771177", OTHER)
    steps = f"""
        - caller: {{from: "{OTHER}", steps: [{{press: "${{sms_code}}"}}, {{hear: "771177"}}]}}
        - press: "${{sms_code}}"
        - hear: "482913"
        - hear: something else
    """

    result = await play(steps, PAGES, mobile=mobile)
    everything = told(result) + str(report(result)) + "".join(result.journal_lines())

    assert "step 4" in told(result)
    assert "482913" not in everything
    assert "771177" not in everything


async def test_what_another_caller_misses_fails_the_script_with_that_step(play: Play) -> None:
    steps = f"""
        - hear: hello
        - caller:
            from: "{OTHER}"
            steps:
              - hear: good evening
    """

    shown = told(await play(steps, PAGES))

    assert 'script.yaml:7, step 2.1: hear: "good evening"\n"good evening" was not heard' in shown
    assert f"{OTHER}  calls {CALLED} from {OTHER}" in shown
    assert f'[{OTHER}] "Hello 0143."' in shown


async def test_the_report_tells_of_the_others_too(play: Play) -> None:
    steps = f"""
        - hear: hello
        - wait: 2
        - caller: {{from: "{OTHER}", steps: [{{hear: hello}}]}}
    """

    result = await play(steps, PAGES)
    (other,) = report(result)["others"]

    assert (other["number"], other["ended"]) == (OTHER, "hangup")
    assert [(heard["at"] > 2, heard["text"]) for heard in other["heard"]] == [(True, "Hello 0143.")]
    assert other["call_sid"] not in (None, report(result)["call_sid"])


async def test_strict_minds_the_warnings_of_the_others_once(play: Play) -> None:
    def page(params: Params) -> str:
        return '<Say colour="red">Hi.</Say>' if params["From"] == OTHER else "<Pause length='30'/>"

    steps = f'- caller: {{from: "{OTHER}", steps: [{{hear: hi}}]}}'
    expected = f'- caller: {{from: "{OTHER}", steps: [{{expect_warning: 12200}}]}}'

    assert "there was a warning: 12200 (line 1)" in told(
        await play(steps, {"/voice": page}, settings=Settings(is_strict=True))
    )
    assert (await play(expected, {"/voice": page}, settings=Settings(is_strict=True))).message() is None


async def test_a_number_that_another_caller_mistypes_fails_the_step(play: Play) -> None:
    steps = f'- caller: {{from: "{OTHER}", to: "+12075551235", steps: [{{hear: hi}}]}}'

    assert "no number +12075551235 on this exchange; did you mean +12075551234?" in told(await play(steps, PAGES))


async def test_variables_are_filled_in_once_and_everywhere(play: Play) -> None:
    path = play.folder / "nested.yaml"
    path.write_text(
        f'vars: {{who: "{OTHER}", what: hello}}\n'
        'steps: [{caller: {from: "${who}", steps: [{hear: "${what}"}, {callee: [{hear: "${what}"}]}]}}]'
    )

    (script,) = read_scripts(path, {"what": "${odd}"})
    inner = script.steps[0].inner

    assert [(each.place, each.shown) for each in inner] == [
        ("1.1", 'hear: "${odd}"'),
        ("1.2", 'callee: [{hear: "${odd}"}]'),
    ]
    assert inner[1].inner[0].place == "1.2.1"
    assert script.variables == {"who", "what"}


async def test_a_dial_may_reach_somebody_while_others_are_on_the_line(play: Play) -> None:
    def page(params: Params) -> str:
        return f"<Dial>{AGENT}</Dial><Say>Done.</Say>" if params["From"] == OTHER else "<Pause length='600'/>"

    steps = f"""
        - caller:
            from: "{OTHER}"
            steps:
              - expect_dial: {{number: "{AGENT}"}}
              - callee: [{{expect_bridged: true}}]
              - {{dial_outcome: completed, seconds: 30}}
              - hear: done
        - hangup: true
    """

    result = await play(steps, {"/voice": page})

    assert result.message() is None
    assert [other.number for other in result.others] == [OTHER, AGENT]


@pytest.mark.parametrize("seed", [0, 1])
async def test_the_same_script_and_seed_give_the_same_journal_with_several_people(play: Play, seed: int) -> None:
    steps = f"""
        - caller: {{from: "{OTHER}", steps: [{{press: "222222"}}]}}
        - press: "111111"
    """

    runs = [await play(steps, PAGES, settings=Settings(seed=seed)) for _ in range(2)]

    assert list(runs[0].journal_lines()) == list(runs[1].journal_lines())


async def test_the_person_a_script_is_about_may_be_named_too(play: Play) -> None:
    result = await play(f'- caller: {{from: "{CALLER}", steps: [{{hear: hello 1234}}]}}', PAGES)

    assert result.message() is None
    assert result.others == ()


async def test_the_pace_is_kept_for_everybody(play: Play) -> None:
    spent: list[float] = []

    async def spend(seconds: float) -> None:
        spent.append(seconds)

    (script,) = read_scripts(play.write(f'- wait: 1\n- caller: {{from: "{OTHER}", steps: [{{wait: 2}}]}}\n- wait: 3'))
    result = await run_call(script, open_line(Line(PAGES)), Settings(pace=spend))

    assert sum(spent) == pytest.approx(6) == result.virtual_seconds


def vouched(params: Params) -> str:
    told = ", ".join(params.get(name, "nothing") for name in ("StirVerstat", "CallerName", "ForwardedFrom"))
    return f"<Say>{params['From'][-4:]}: {told}</Say>"


async def test_each_caller_is_vouched_for_as_the_script_says(play: Play) -> None:
    path = play.folder / "call.yaml"
    path.write_text(
        "from: (773) 555-1234\nstir: failed\ncaller_name: ANN\nforwarded_from: 312-555-0100\nsteps:\n"
        "- hear: '1234: TN-Validation-Failed-A, ANN, +13125550100'\n"
        f"- caller: {{from: '{OTHER}', stir: B, steps: [{{hear: '0143: TN-Validation-Passed-B, nothing, nothing'}}]}}\n"
    )
    (script,) = read_scripts(path)

    result = await run_call(script, open_line(Line({"/voice": vouched})))

    assert result.message() is None
