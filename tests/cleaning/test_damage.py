"""Writings that have digits, and no longer are the number that somebody wrote."""

from __future__ import annotations

import pytest

REGIONS = ("FR", "DE", "IT", "US", "IS")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "written",
    [
        "-600000968", "-612345678", "- 600000968", "\u2212600000968", "-0600001001", "600000968-", "(600000968)",
        "-33600001001.0", "―600001001", "⁃600001001", "Tel -612345678", "-491701234567", "-6001234", " -600000968 ",
    ],
)  # fmt: skip
def test_negative_numbers(entries, written, region):
    """Excel computed +33-600001001: what came out is nobody's number."""
    assert entries(written, region=region, line_types="any") == [{"reason": "not_a_phone_number"}]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "written",
    [
        "60000100.1", "6000010.02", "612345678,5", "0.612345678", "60 000 100,1", "60,000,100.1", "60.000.100,10",
        "33.612345678", "491701234567.5", "Tel 60000100.1", "1701234567.01", " 60000100.1 ",
        "60\u2019000\u2019100.1", "60\u202f000\u202f100,1", "٦٠٠٠٠١٠٠٫١", "60000100·1", "60000100．1", "60_000_100.1",
    ],
)  # fmt: skip
def test_decimals_that_are_not_zero(entries, written, region):
    """60000100.1 is no writing of 06 00 00 10 01."""
    assert [entry["reason"] for entry in entries(written, region=region, line_types="any")] == ["not_a_phone_number"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "written",
    [
        "06******78", "+39 333 123 456*", "+39 333 123 456…", "+39 333 123 456...", "+39 333 123 458?", "0612345678 ?",
        "+39 333 123 459#", "+49 170 1234567*", "+39 333 123 45[..]", "+39333123456%", "%33612345678", "0612345678 #12",
        "+49 170 1234567 xx", "+49 170 12345XX", "06 12 34 xx 78", "+39 333 12345••", "+49 170 123456_", "06__12345678",
        "+49 170 1234--- 78", "+336123456[78]", "+49 170 1234567 nn", "…612345678", "+49 170 ■■ 1234567",
        "＊0612345678", "06?12?34?56?78", "+49 170 1234567\ufffd", "Tel 06 12 34 56 78*", "06 12 34 56 78 (?)",
        "+49 170 1234567..", "+39 333 123456 . . .", "+39 333 123456 - - -", "+39 333 123456--", "+39 333 123456 ❓",
        "+39 333 123456 ⬜", "+39 333 123456 ☐☐", "+39 333 123456⋮", "+39333123456\\d", "+39 333 123456 ✽",
        "06 .  . 12 34 56", "+39 333 123456 。。", "❓612345678",
    ],
)  # fmt: skip
def test_masked_cut_off_and_wildcards(entries, written, region):
    """Digits are missing, or several numbers are meant; other digits may happen to be some number, in every country."""
    assert [entry["reason"] for entry in entries(written, region=region, line_types="any")] == ["not_a_phone_number"]


@pytest.mark.parametrize("written", [
    "+39 333 123456 ⁷", "+39 333 12345 ₆₇", "+39 333 123456½", "+39 333 123456 ①", "⁰ 612345678", "③39333123456",
    "①① 612345678",
])  # fmt: skip
def test_digits_that_are_none(entries, written):
    """Small, circled and broken digits may belong to the number or not: it has not all its digits without them."""
    assert entries(written, line_types="any") == [{"reason": "not_a_phone_number"}]


@pytest.mark.parametrize(
    ("written", "repairs"),
    [
        ("- 06 12 34 56 78", ""), ("• 06 12 34 56 78", "separators"), ("▶ 06 12 34 56 78", "separators"),
        ("* 06 12 34 56 78", "separators"), ("❌ 06 12 34 56 78", "separators"), ("★ +33612345678", "separators"),
        ("① 06 12 34 56 78", "text_around"), ("✘ Anne 06 12 34 56 78", "text_around"),
        ("📱 06 12 34 56 78", "separators"), ("06. 12. 34. 56. 78", ""),
        ("06 - 12 - 34 - 56 - 78", ""), ("-+33612345678", ""), ("+33.612345678", ""), ("06.12345678", ""),
        ("0612345678 -", ""), ("(06.12.34.56.78)", ""), ("Mobile - 0612345678", "text_around"),
        ("Tel -0612345678", "text_around"), ("Dupont (612345678)", "leading_zero text_around"),
        ("612345678.0", "leading_zero decimal_point"), ("612 345 678,00", "leading_zero decimal_point"),
        ("06·12·34·56·78", "separators"), ("06_12_34_56_78", "separators"), ("[0612345678]", "separators"),
        ("+33 [0]6 12 34 56 78", "trunk_zero separators"), ("[06] 12 34 56 78", "separators"),
        ("0612345678 x12", "text_around"), ("Max 0612345678", "text_around"), ("Anna 0612345678", "text_around"),
    ],
)  # fmt: skip
def test_what_only_looks_like_it(entries, written, repairs):
    """Dashes that lead or divide, points between groups and words with an x are no damage."""
    expected = {"number": "+33612345678"} | ({"repairs": repairs} if repairs else {})
    assert entries(written) == [expected]


def test_a_decimal_comma_or_two_numbers(entries):
    """A comma divides numbers that are complete; else it is a decimal one."""
    assert [entry["number"] for entry in entries("612345678,698765432")] == ["+33612345678", "+33698765432"]
    assert entries("6123456,789012") == [{"reason": "not_a_phone_number"}]


@pytest.mark.parametrize("written", ["\\N", "NULL", " NULL ", "\\N\n"])
def test_what_databases_write_for_nothing_is_blank(entries, written):
    r"""MySQL's \N and a bare NULL are no rejects."""
    assert entries(written, "0612345678") == [{"number": "+33612345678"}]


@pytest.mark.parametrize("written", ["null", "Null", "\\n", "NULL NULL", "NULL 06"])
def test_only_what_programs_write_is_blank(entries, written):
    """Anything else that stands there is a reject: somebody may have written it."""
    assert entries(written) == [{"reason": "not_a_phone_number"}]
