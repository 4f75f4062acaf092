"""Reading the bodies of the API's answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopimport.smspartner.replies import Body, identifier, read_body, tidy, whole

NAMES = ("success", "code", "stopId")


def read(content, names=NAMES):
    """Read text or bytes."""
    return read_body(content if isinstance(content, bytes) else content.encode(), names)


@pytest.mark.parametrize(
    "content",
    [
        '{"success": true, "code": 200, "stopId": 300}',
        '{"success":1,"code":"200","stopId":"300"}',
        '{"success": "true", "code": 200.0, "stopId": " 300 "}',
        '{"success": "True", "code": " 200", "stopId": 300, "new": [{"field": null}]}',
        '\ufeff{"success": true, "code": 200, "stopId": 300}',
        '\r\n {"success": true, "code": 200, "stopId": 300}\r\n',
        '{\n    "success": true,\n    "code":200\n    "stopId": 300\n}',
        '{"success":true,"code":"200" "stopId":300}',
        """<?xml version='1.0' encoding='UTF-8'?>
<result>
  <entry>true</entry>
  <entry>200</entry>
  <entry>300</entry>
</result>""",
        "<result><entry>1</entry><entry> 200 </entry><entry>300</entry></result>",
        "<result><success>true</success><code>200</code><stopId>300</stopId></result>",
        '{"success": true, "code": 200, "stopId": 300}'.encode("utf-16"),
    ],
)
def test_every_form_of_a_success_reads_the_same(content):
    """JSON, strings for numbers, the malformed sample and positional XML say the same."""
    body = read(content)

    assert (body.success, body.code, body.stop_id) == (True, 200, "300")
    assert not body.contradicts_itself


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        ('{"success": false, "code": 10, "message": "Clé erronée"}', 10, "Clé erronée"),
        ('{"success": false, "code": 10, "message": "Clé erronée"}'.encode("cp1252"), 10, "Clé erronée"),
        (b'\xef\xbb\xbf{"success": false, "code": 10, "message": "Cl\xe9"}', 10, "Clé"),
        (b"<result><entry>false</entry><entry>9</entry><entry>Num\xe9ro faux</entry></result>", 9, "Numéro faux"),
        ('{"success":false,"code":9,"error":[{"elementId":"x","message":"a"},{"message":"b"}]}', 9, "a; b"),
        ('{"success":0,"code":"9","error":["a"]}', 9, "a"),
        ('{"success":"false","code":9,"error":"a"}', 9, "a"),
        ('{"success":"0","code":9,"error":{"message":"a"}}', 9, "a"),
        ('{"code":9,"message":null,"error":null}', 9, ""),
        ("<result><entry>false</entry><entry>10</entry><entry>Wrong <b>key</b></entry></result>", 10, "Wrong key"),
        ("<result><entry>false</entry><entry>3</entry></result>", 3, ""),
        ("\n<?xml version='1.0'?><result><entry>false</entry><entry>3</entry></result>", 3, ""),
    ],
)
def test_refusals_give_their_code_and_words(content, code, message):
    """A refusal's message is in `message` or with the fields in `error`."""
    body = read(content)

    assert (code, message) == (body.code, body.message)
    assert not body.success


@pytest.mark.parametrize(
    "content",
    [
        "",
        " ",
        "null",
        "true",
        "200",
        "[]",
        '[{"code": 200}]',
        "{}",
        '{"success": true}',
        '{"code": null}',
        '{"code": true}',
        '{"code": "two hundred"}',
        '{"code": 200.5}',
        '{"code": "200200200200"}',
        '{"code": 99999999999}',
        '{"code": [200]}',
        '{"code": ２００}',
        '{"code": "２００"}',
        '{"success": true, "code": 20',
        "<html><body>It works!</body></html>",
        "<!DOCTYPE html><html></html>",
        "<result><entry>true</entry></result>",
        "<result></result>",
        "<result><entry>true</entry><entry>200</entry>",
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><result><entry>&e;</entry><entry>200</entry></result>',
        '<?xml version="1.0" encoding="klingon"?><result/>',
        "[" * 100_000,
        '{"code":' * 100_000,
        "1" * 10_000,
    ],
)
def test_a_body_without_a_code_is_unreadable(content):
    """What holds no code says nothing, and nothing is raised."""
    assert read(content) is None


def test_a_code_that_contradicts_success_is_noticed():
    """200 with `success` false, and another code with `success` true, contradict themselves; silence does not."""
    said = [(200, False), (3, True), (200, True), (3, False), (200, None), (3, None)]

    assert [Body(code, success, "", "", {}).contradicts_itself for code, success in said] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_reading_raise(content):
    """Whatever arrives, reading gives a body or None."""
    assert isinstance(read_body(content, NAMES), Body | None)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("success", "code", "stopId", "message", "error"), _json)))
def test_no_json_makes_reading_raise(fields):
    """Fields of any type give a body whose parts have the right types, or None."""
    body = read(json.dumps(fields))

    assert body is None or (isinstance(body.code, int) and isinstance(body.message, str))
    assert body is None or len(body.stop_id) <= 40


_numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(
    _json.map(json.dumps)
    | _numbers
    | st.sampled_from(["NaN", "-Infinity", '"\\ud800"', "[]]", '{"code": 1, "code": 2}'])
)
def test_the_fast_reader_understands_what_the_strict_one_does(text):
    """Whichever of the two libraries reads an answer, the fields are the same."""
    content = f'{{"success": true, "code": 200, "stopId": 300, "more": {text}}}'.encode()

    assert repr(read_body(content, NAMES)) == repr(read_body(content, NAMES, lambda fields: fields))


@given(st.text(max_size=60).map(lambda text: f"<result><entry>true</entry><entry>{text}</entry></result>"))
def test_no_xml_makes_reading_raise(content):
    """Entries of any text give a body or None."""
    assert isinstance(read(content.encode("utf-8", "surrogatepass")), Body | None)


@given(st.text(max_size=1000), st.sampled_from(["s3cr3t", "a.b*c"]))
def test_words_from_outside_are_made_safe(text, secret):
    """Words never hold the key, control characters or lone surrogates, and are 300 characters at most."""
    words = tidy(f"{text}{secret.upper()}{text}", (secret,))

    assert secret not in words.lower()
    assert words.isprintable()
    assert len(words) <= 300
    words.encode()


def test_whole_numbers_and_ids_take_digits_in_any_form():
    """Numbers may be strings of digits; an id is kept as it came, blank if it can be none."""
    assert [whole(value) for value in (7, "7", 7.0, "x", True)] == [7, 7, 7, None, None]
    assert [identifier(value) for value in (7, "007", "a-1", "=1+1", None, True, [7])] == [
        "7",
        "007",
        "a-1",
        "",
        "",
        "",
        "",
    ]
