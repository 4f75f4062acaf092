"""Every repair of the contract's table, and the writings that need none."""

from __future__ import annotations

import pytest

MOBILE = "+33612345678"


@pytest.mark.parametrize(
    "written",
    [
        "0612345678", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "06 12-34.56 78", "(06) 12 34 56 78",
        "+33612345678", "+33 6 12 34 56 78", "+33-6-12-34-56-78", "(+33) 6 12 34 56 78", "  0612345678  ",
        "0612345678\n", "- 06 12 34 56 78",
    ],
)  # fmt: skip
def test_plain_writings_need_no_repair(entries, written):
    """Spaces, points, hyphens and brackets are no repair."""
    assert entries(written) == [{"number": MOBILE}]


@pytest.mark.parametrize(
    ("written", "repairs"),
    [
        ("612345678", "leading_zero"),
        ("6 12 34 56 78", "leading_zero"),
        ("0033612345678", "international_prefix"),
        ("00 33 6 12 34 56 78", "international_prefix"),
        ("33612345678", "international_prefix"),
        ("+0033612345678", "international_prefix"),
        ("+33 (0)6 12 34 56 78", "trunk_zero"),
        ("+330612345678", "trunk_zero"),
        ("0033(0)612345678", "international_prefix trunk_zero"),
        ("330612345678", "international_prefix trunk_zero"),
        ("33612345678.0", "international_prefix decimal_point"),
        ("612345678,00", "leading_zero decimal_point"),
        ("33 612 345 678,00", "international_prefix decimal_point"),
        ("0612345678.0", "decimal_point"),
        ("0033612345678,000000", "international_prefix decimal_point"),
        ("6.12345678E+08", "leading_zero exponent"),
        ("6,12345678E+8", "leading_zero exponent"),
        ("3.3612345678e10", "international_prefix exponent"),
        ("6.1234567800E+08", "leading_zero exponent"),
        ("6.12345678E+008", "leading_zero exponent"),
        ('="0612345678"', "excel_text"),
        ("'0612345678", "excel_text"),
        ("=+33612345678", "excel_text"),
        ('="33612345678.0"', "international_prefix decimal_point excel_text"),
        ("０６１２３４５６７８", "characters"),
        ("＋３３６１２３４５６７８", "characters"),
        ("٠٦١٢٣٤٥٦٧٨", "characters"),
        ("06\u00a012\u00a034\u00a056\u00a078", "characters"),
        ("06\u202f12\u202f34\u202f56\u202f78", "characters"),
        ("\u200b0612345678\u200e", "characters"),
        ("\ufeff0612345678", "characters"),
        ("06/12/34/56/78", "separators"),
        ("06_12_34_56_78", "separators"),
        ("06,12,34,56,78", "separators"),
        ("06–12–34–56–78", "separators"),
        ("06\t12345678", "separators"),
        ("++33612345678", "separators"),
        ("0612345678;", "separators"),
        ("📱 06 12 34 56 78", "separators"),
        ("06 12 34 56 78 (perso)", "text_around"),
        ("Tél.: 06 12 34 56 78", "text_around"),
        ("Mme Dupont 06 12 34 56 78", "text_around"),
        ("tel:+33612345678", "text_around"),
        ("0612345678 ext. 12", "text_around"),
        ("0612345678 poste 3", "text_around"),
        ("0612345678 p. 12", "text_around"),
        ("0612345678 (x12)", "text_around"),
        ("tel:+33-6-12-34-56-78;ext=12", "text_around"),
        ("jean@exemple.fr 0612345678", "text_around"),
        ("jean75@exemple.fr 0612345678", "text_around"),
        ("jean75@exemple.fr ; 0612345678", "text_around"),
        ("Tel 612345678.0", "leading_zero decimal_point text_around"),
        ("33 612 345 678,00 (perso)", "international_prefix decimal_point text_around"),
        ("mobile : 06/12/34/56/78", "separators text_around"),
        ("Tél. +33\u00a0(0)6\u00a012\u00a034\u00a056\u00a078", "trunk_zero characters text_around"),
    ],
)
def test_each_repair_is_named_and_gives_the_number(entries, written, repairs):
    """What still has all its digits is corrected, and the repairs are in the order of the table."""
    assert entries(written) == [{"number": MOBILE, "repairs": repairs}]


@pytest.mark.parametrize(
    ("written", "region", "number", "repairs"),
    [
        ("0470 12 34 56", "BE", "+32470123456", None),
        ("470123456", "BE", "+32470123456", "leading_zero"),
        ("32470123456", "BE", "+32470123456", "international_prefix"),
        ("+32 (0)470 12 34 56", "FR", "+32470123456", "trunk_zero"),
        ("+44 (0)7911 123456", "FR", "+447911123456", "trunk_zero"),
        ("0707123456", "CI", "+2250707123456", None),
        ("707123456", "CI", "+2250707123456", "leading_zero"),
        ("06 20 123 4567", "HU", "+36201234567", None),
        ("6201234567", "HU", "+36201234567", "leading_zero"),
        ("20 123 4567", "HU", "+36201234567", None),
        ("4915112345678", "DE", "+4915112345678", "international_prefix"),
        ("015112345678", "DE", "+4915112345678", None),
        ("2125550123", "US", "+12125550123", None),
        ("1 (212) 555-0123", "US", "+12125550123", "international_prefix"),
        ("+1 (1) 212 555-0123", "FR", "+12125550123", "trunk_zero"),
        ("011 1 212 555-0123", "US", "+12125550123", "international_prefix"),
        ("011 33 6 12 34 56 78", "US", "+33612345678", "international_prefix"),
        ("0033612345678", "US", "+33612345678", "international_prefix"),
        ("612 345 678", "ES", "+34612345678", None),
        ("138 1234 5678", "CN", "+8613812345678", None),
        ("0138 1234 5678", "CN", "+8613812345678", None),
        ("(11) 96123-4567", "BR", "+5511961234567", None),
        ("79 123 45 67", "CH", "+41791234567", "leading_zero"),
        ("320 123 4567", "IT", "+393201234567", None),
    ],
)
def test_other_countries_follow_their_own_numbering_plan(entries, written, region, number, repairs):
    """Prefixes and zeros are those of the country, as phonenumbers knows them."""
    expected = {"number": number, "repairs": repairs} if repairs else {"number": number}
    assert entries(written, region=region) == [expected]
