"""Reading scripts: what is understood, and how each mistake is told."""

from dataclasses import fields
from pathlib import Path

import pytest

from simulator.callers.script.fields import CALLER_ID_FIELDS
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.source import ScriptError
from simulator.callers.script.steps.company import OtherCaller
from simulator.callers.script.steps.table import STEPS
from simulator.vocabulary import CallerId


def refusal(tmp_path: Path, text: str, **variables: str) -> str:
    """What is said about the script, without the folder's name."""
    path = tmp_path / "call.yaml"
    path.write_text(text)
    with pytest.raises(ScriptError) as caught:
        read_scripts(path, variables)
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{tmp_path}/", "")


def test_a_script_says_who_calls_whom_and_what_happens(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text('name: hello\nfrom: +17735551234\nto: "+12075551234"\nsteps:\n  - hear: hi\n  - press: 0123\n')

    (script,) = read_scripts(path)

    assert (script.name, script.caller, script.called) == ("hello", "+17735551234", "+12075551234")
    assert [(each.number, each.line, each.shown) for each in script.steps] == [
        (1, 5, 'hear: "hi"'),
        (2, 6, 'press: "0123"'),
    ]


def test_a_file_may_hold_several_calls_named_after_it(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text("calls:\n- steps: [{hear: a}]\n- {name: evening, steps: [{hear: b}]}\n")

    assert [script.name for script in read_scripts(path)] == ["day 1", "evening"]


def test_json_is_read_too_also_with_tabs(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text('{\n\t"name": "hello",\n\t"steps": [\n\t\t{"press": "1"},\n\t\t{"wait": 2.5}\n\t]\n}')

    (script,) = read_scripts(path)

    assert [each.line for each in script.steps] == [4, 5]


def test_variables_of_the_command_line_win_over_those_of_the_script(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text('vars: {who: Jane, hi: "Hello ${who}"}\nname: "${hi}"\nsteps: [{hear: "${hi}, ${extra}"}]')

    (script,) = read_scripts(path, {"who": "Jon", "extra": "there"})

    assert script.name == "Hello Jon"
    assert script.steps[0].shown == 'hear: "Hello Jon, there"'


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("- haer: hello", "unknown step 'haer'; did you mean 'hear'?"),
        ("- expect_requst: {path: /}", "unknown step 'expect_requst'; did you mean 'expect_request'?"),
        ("- quux: 1", f"unknown step 'quux'; there are {', '.join(STEPS)}"),
        ("- hear", 'a step is a mapping such as `hear: words`, got "hear"'),
        ("- {hear: a, press: 1}", "hear and press are two steps: give each its own `- `"),
        ("- hear:", "hear is a text, got nothing"),
        ("- hear: [a, b]", 'hear is a text, got ["a", "b"]'),
        ("- press: 12a", "press takes the keys 0-9 * #, and 'a' is none"),
        ("- {press: 1, confidence: 1}", "press does not go with confidence: nothing else fits beside it"),
        ("- {speak: hi, confidence: 2}", 'confidence is a number from 0 to 1, got "2"'),
        ("- {speak: hi, confidnce: 1}", "speak does not go with confidnce: beside it fits confidence"),
        ("- timeout: false", 'timeout takes true, got "false"'),
        ("- hangup: now", 'hangup takes true, got "now"'),
        ("- wait: soon", 'wait is a number from 0 to 86400, got "soon"'),
        ("- wait: .nan", 'wait is a number from 0 to 86400, got ".nan"'),
        ("- push: aprove", "push is one of approve, deny, ignore, got \"aprove\"; did you mean 'approve'?"),
        ("- {push: deny, number: 7}", "a number goes with push: approve only, not with deny"),
        ("- {push: approve, number: -7}", 'number is a whole number, got "-7"'),
        ("- hear_digits: 9z", "hear_digits takes tones 0-9 A-D # * w W, got '9z'"),
        ("- expect_warning: lots", 'expect_warning is a whole number, got "lots"'),
        ("- expect_request: /menu", 'expect_request is a mapping with method, path, params, absent, got "/menu"'),
        ("- expect_request: {}", "expect_request needs at least one of method, path, params, absent"),
        ("- expect_request: {pth: /menu}", "expect_request has no field pth; did you mean 'path'?"),
        ("- expect_request: {method: PUT}", 'method is GET or POST, got "PUT"'),
        ("- expect_request: {params: [a]}", 'params is a mapping of names to values, got ["a"]'),
        ("- http_get: {contains: [a]}", "http_get needs a path"),
        ("- expect_end: complete", "did you mean 'completed'?"),
        ("- expect_end: queud support", "expect_end is one of completed, rejected, hangup, application-error, busy"),
        ("- {record: 3, end: shouting}", "end is one of #, silence, hangup, "),
        ("- record: true", 'record is a number from 0 to 86400, got "true"'),
        ("- {transcription: hello, of: 0}", "of counts recordings from 1"),
        ("- {transcription: [hello]}", 'transcription is a text, got ["hello"]'),
        ("- expect_dial: +13125550111", "expect_dial is a mapping with number, "),
        ("- expect_dial: {timeot: 3}", "expect_dial has no field timeot; did you mean 'timeout'?"),
        ("- expect_dial: {number: [a]}", 'number is a text, got ["a"]'),
        ("- dial_outcome: bussy", "dial_outcome is one of completed, busy, declined, no-answer, failed, got"),
        ("- {dial_outcome: busy, seconds: -1}", 'seconds is a number from 0 to 86400, got "-1"'),
        ("- callee: []", "callee is a list of steps, got []"),
        ("- callee: {hear: hello}", 'callee is a list of steps, got {hear: "hello"}'),
        (
            "- caller: {from: 555, steps: [{hear: a}]}",
            "from takes a number such as +17735551234 or (773) 555-1234, a word",
        ),
        ("- caller: {from: +12, stir: a, steps: [{hear: a}]}", 'stir is one of A, B, C, failed, none, got "a"'),
        (
            "- {dial_outcome: busy, sip_headers: {X-A: b}}",
            "sip_headers stand in an answer: dial_outcome is completed then",
        ),
        (
            "- {dial_outcome: completed, sip_headers: {Via: b}}",
            "only headers that begin with X- are passed on, Via does",
        ),
        ("- {callee: [{hear: a}], sip_headers: a}", 'sip_headers is a mapping such as {X-Agent: 7}, got "a"'),
        ("- caller: {from: +12, steps: []}", "caller is a list of steps, got []"),
        ("- caller: {steps: [{hear: a}]}", "caller needs from"),
        ("- caller: {from: +12}", "caller needs steps"),
        ("- caller: {from: +12, again: no, steps: [{hear: a}]}", 'again takes true, got "no"'),
        ("- expect_bridged: false", 'expect_bridged takes true, got "false"'),
        ("- expect_conference: {nam: x}", "expect_conference has no field nam; did you mean 'name'?"),
        ('- hear: "${greting}"', "nothing is called ${greting}; did you mean 'greeting'?"),
        ('- hear: "${smscode}"', "nothing is called ${smscode}; did you mean 'sms_code'?"),
    ],
)
def test_a_wrong_step_is_told_with_line_number_and_what_fits(tmp_path: Path, steps: str, said: str) -> None:
    text = f"name: wrong\nvars: {{greeting: hi}}\nsteps:\n{steps}\n"

    told = refusal(tmp_path, text)

    assert told.startswith("call.yaml:4: step 1: ")
    assert said in told


def test_a_wrong_step_inside_of_another_is_told_by_its_own_place_and_line(tmp_path: Path) -> None:
    said = refusal(
        tmp_path, "steps:\n- hear: a\n- callee:\n  - hear: b\n  - caller:\n      from: c\n      steps: [{haer: d}]"
    )

    assert said == "call.yaml:7: step 2.2.1: unknown step 'haer'; did you mean 'hear'?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "call.yaml:1: the file is empty; a script has name: and steps:"),
        (
            "hello",
            "call.yaml:1: a call is a mapping with name, from, to, stir, caller_name, forwarded_from, vars, trouble",
        ),
        ("name: x", "call.yaml:1: a call has steps: and this one has none"),
        ("name: x\nsteps: []", "call.yaml:2: steps: is a list of steps, got []"),
        ("name: x\nstep: []", "call.yaml:2: a call has no field step; did you mean 'steps'?"),
        ("calls: {}", "call.yaml:1: calls: is a list of calls, got {}"),
        ("calls: [a]\nname: x", "call.yaml:2: a file of several calls has no field name; there are calls"),
        ("name: x\nname: y\nsteps: []", "call.yaml:2: name: is given twice"),
        ("name: x\nsteps:\n - a: [", "call.yaml:3: no YAML: "),
        ("name: x\nsteps:\n\t- a", "call.yaml:3: no YAML: "),
        ("---\na: 1\n---\nb: 2", "call.yaml:3: no YAML: but found another document"),
        ("vars: [a]\nsteps: [{hear: a}]", 'call.yaml:1: vars: is a mapping of names to values, got ["a"]'),
        ("vars: {a: [b]}\nsteps: [{hear: a}]", 'call.yaml:1: the variable a is a text, got ["b"]'),
        ("vars: {sms_code: 1}\nsteps: [{hear: a}]", "call.yaml:1: ${sms_code} is a code on the handset"),
        ("steps: &a [*a]", "call.yaml:1: nested too deeply"),
        ("from: ''\nsteps: [{hear: a}]", 'call.yaml:1: from is a text, got ""'),
    ],
)
def test_a_file_that_is_no_script_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9")

    with pytest.raises(ScriptError, match=r"nowhere\.yaml: cannot be read: No such file or directory$"):
        read_scripts(tmp_path / "nowhere.yaml")
    with pytest.raises(ScriptError, match=r"latin\.yaml: a script is UTF-8 text$"):
        read_scripts(tmp_path / "latin.yaml")
    with pytest.raises(ScriptError, match=r"cannot be read: Is a directory$"):
        read_scripts(tmp_path)


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(
        "from: (773) 555-1234\nto: 1-207-555-1234\nstir: failed\ncaller_name: ANN EXAMPLE\n"
        "forwarded_from: ${office}\nvars: {office: 312.555.0100}\n"
        "steps:\n- caller: {from: anonymous, to: 207 555 1234, stir: none, steps: [{hear: hi}]}\n"
    )

    (script,) = read_scripts(path)

    assert (script.caller, script.called) == ("+17735551234", "+12075551234")
    assert script.caller_id == CallerId("failed", "ANN EXAMPLE", "+13125550100")
    assert script.steps[0].step == OtherCaller("anonymous", "+12075551234", again=False, caller_id=CallerId("none"))


@pytest.mark.parametrize("head", ["from: 555-1234", "to: anonymous", "to: 12", "forwarded_from: nobody", "stir: yes"])
def test_what_is_no_number_is_refused_with_its_line(tmp_path: Path, head: str) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(f"name: x\n{head}\nsteps: [{{hear: a}}]\n")

    with pytest.raises(
        ScriptError, match=rf"call\.yaml:2: {head.partition(':')[0]} (takes a number such as|is one of)"
    ):
        read_scripts(path)


def test_the_fields_of_a_caller_id_are_called_as_in_scripts() -> None:
    assert tuple(each.name for each in fields(CallerId)) == CALLER_ID_FIELDS
