"""What the API's answers mean, in the contract's order."""

from __future__ import annotations

import pytest

from stopimport.sending.calls import Judgement
from stopimport.smspartner.codes import ACCOUNT_CODES
from stopimport.smspartner.judgement import ADD, DELETE, LIST, judge, retry_after
from stopimport.smspartner.replies import Body

DONE, LISTED, REFUSED, ABSENT, FAILED, RETRY, THROTTLED, DENIED, ACCOUNT, MISPLACED = Judgement


def said(code, success=None):
    """Return a body that says this."""
    return Body(code, success, "", "", {})


@pytest.mark.parametrize("http", [408, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [None, said(200, success=True), said(10), said(9)])
def test_408_429_and_5xx_are_tried_again_whatever_the_body(http, body):
    """The HTTP status comes first for passing faults."""
    assert judge(ADD, http, body)[0] is (THROTTLED if http == 429 else RETRY)


@pytest.mark.parametrize("http", [200, 201, 301, 400, 401, 403, 404])
@pytest.mark.parametrize(
    ("code", "meaning"),
    [(3, LISTED), (9, REFUSED), (500, RETRY), (2, FAILED), (90, FAILED), (4, FAILED), (12345, FAILED)]
    + [(code, ACCOUNT) for code in sorted(ACCOUNT_CODES)],
)
def test_the_code_of_a_readable_body_decides(http, code, meaning):
    """A refusal may come with HTTP 200 or with a 4xx."""
    assert (meaning, False) == judge(ADD, http, said(code, success=False))


def test_200_counts_only_with_2xx_and_success_not_false():
    """Any other contradiction is a body that cannot be read, and leaves the number in doubt."""
    assert [judge(ADD, *case)[0] for case in [(200, said(200)), (201, said(200)), (200, said(200, success=True))]] == [
        DONE
    ] * 3
    contradictions = [
        (200, said(200, success=False)),
        (400, said(200, success=True)),
        (404, said(200)),
        (200, said(9, success=True)),
    ]
    assert [judge(ADD, *case) for case in contradictions] == [(RETRY, True)] * 4


@pytest.mark.parametrize(
    ("http", "meaning"),
    [
        (401, (DENIED, False)),
        (403, (DENIED, False)),
        (301, (MISPLACED, False)),
        (302, (MISPLACED, False)),
        (308, (MISPLACED, False)),
        (404, (MISPLACED, False)),
        (405, (MISPLACED, False)),
        (400, (MISPLACED, False)),
        (418, (MISPLACED, False)),
        (200, (RETRY, True)),
        (204, (RETRY, True)),
    ],
)
def test_without_a_code_the_http_status_decides(http, meaning):
    """401 and 403 may mean the account; redirects and other 4xx a wrong address; the rest cannot be read."""
    assert meaning == judge(ADD, http, None)


def test_a_gateway_that_lost_the_answer_leaves_the_number_in_doubt():
    """502 and 504 come from a gateway whose own call broke off."""
    assert [judge(ADD, http, None)[1] for http in (502, 504, 500, 503)] == [True, True, False, False]


def test_each_endpoint_has_its_own_table():
    """3 is 'listed' for `add` and 'id missing' for `delete`; 4 is done for `delete` alone."""
    assert [judge(each, 200, said(3))[0] for each in (ADD, LIST, DELETE)] == [LISTED, FAILED, FAILED]
    assert [judge(each, 200, said(4))[0] for each in (ADD, LIST, DELETE)] == [FAILED, FAILED, ABSENT]
    assert [judge(each, 403, said(96))[0] for each in (ADD, LIST, DELETE)] == [ACCOUNT] * 3


DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120),
        (" 0 ", None, 0),
        ("1.5", None, 1),
        ("Sun, 22 Nov 2026 12:02:00 GMT", DATE, 120),
        ("Sun, 22 Nov 2026 11:00:00 GMT", DATE, 0),
        ("Sun, 22 Nov 2026 12:02:00 -0000", DATE, 120),
        ("Thu, 01 Jan 1970 00:02:00 GMT", None, 120),
        ("Thu, 01 Jan 1970 00:02:00 GMT", "nonsense", 120),
        (None, DATE, None),
        ("", DATE, None),
        ("soon", DATE, None),
        ("-5", DATE, None),
        ("Sun, 99 Nov 2026 99:99:99 GMT", DATE, None),
        ("9" * 5000, DATE, 1e9),
        ("99999999999", None, 1e9),
        ("120, 300", None, 300),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DATE, 1e9),
        ("Fri, 31 Dec 9999 23:59:59 -2359", DATE, 1e9),
        ("Mon, 01 Jan 0001 00:00:00 +2359", DATE, 0),
        ("1e9", DATE, None),
        ("\x00", DATE, None),
        ("120;300", DATE, None),
    ],
)
def test_retry_after_takes_seconds_or_a_date_measured_against_the_answers_own(value, date, seconds):
    """The two machines' clocks may differ, so a date counts from the answer's `Date`."""
    assert seconds == retry_after(value, date, now=0.0)
