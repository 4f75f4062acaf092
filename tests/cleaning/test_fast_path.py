"""The fast path: the same verdicts as phonenumbers, one by one, for any writing of any country.

Every full run of the tests compares more than 200,000 generated writings, in batches as the fast path takes them:
147,000 for each region by itself, 60,000 with all options mixed; by day it is every tenth of those, and a handful of
regions. The regions' seeds stay, those of the mixed batches change.
"""

from __future__ import annotations

from functools import partial
from random import Random

import pandas as pd
import phonenumbers as pn
import pytest
from effort import UNMEASURED, some, tries
from hypothesis import given
from hypothesis import strategies as st
from writings import FRENCH, REGIONS, writing

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.fast.plain import PlainJudge
from stopimport.cleaning.fast.plans import plans
from stopimport.cleaning.judging import NumberJudge
from stopimport.cleaning.numbers import judge_digits
from stopimport.cleaning.split import CellReader
from stopimport.cleaning.stage import clean
from stopimport.cleaning.verdicts import repair_words

pytestmark = UNMEASURED
COMPARED = ("number", "reason", "repairs", "region", "line", "detail")
OPTIONS = st.builds(
    CleanOptions,
    region=st.sampled_from(FRENCH) | st.sampled_from(REGIONS),
    countries=st.sampled_from([(), ("FR",), ("FR-METRO", "US")]),
    line_types=st.sampled_from(["mobile", "any"]),
    validity=st.sampled_from(["strict", "possible"]),
)


def one_by_one(texts, options):
    """Return the entries of `texts` as phonenumbers judges them, one at a time."""
    acceptance = NumberJudge.of(options).acceptance
    reader = CellReader(partial(judge_digits, home=options.region, acceptance=acceptance))
    found = [verdict for text in texts if text.strip() for verdict in reader.read(text)]
    return [
        (one.number, one.reason or "", repair_words(one.repairs), one.region, one.line, one.detail) for one in found
    ]


def all_at_once(texts, options):
    """Return the entries of `texts` as the clean stage makes them."""
    frame = clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")}), options).entries
    columns = (frame[name].astype(object).fillna("") for name in COMPARED)
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("text", ["333.911284.", ".333.911284", "0612345678.", "612345.678.", "06.12.34.56.78."])
def test_points_at_the_ends_of_a_number(text):
    """A point that ends a sentence hides none between the digits."""
    assert all_at_once([text], CleanOptions()) == one_by_one([text], CleanOptions())


@tries(60)
@given(OPTIONS, st.integers(0, 1 << 32))
def test_the_fast_path_says_what_phonenumbers_says(options, seed):
    """Numbers, reasons, repairs, regions, lines and details are equal for generated writings, with all options."""
    random = Random(seed)
    texts = [writing(random, options.region) for _ in range(1000)]
    assert all_at_once(texts, options) == one_by_one(texts, options)


@pytest.mark.parametrize("region", some(REGIONS, by_day=("FR", "BE", "GB", "IT", "RE", "RU", "US")))
def test_every_region_has_its_fast_path(region):
    """Also for each single region."""
    random = Random(region)
    options = CleanOptions(region=region)
    texts = [writing(random, region) for _ in range(600)]
    assert all_at_once(texts, options) == one_by_one(texts, options)


@pytest.mark.parametrize(("region", "prefix"), [("HU", "06"), ("RU", "8"), ("BY", "8"), ("US", "1")])
def test_zeros_behind_a_national_prefix(region, prefix):
    """Where a prefix is more than a zero, zeros behind it are digits that phonenumbers looks at once more."""
    random = Random(region)
    code = str(pn.country_code_for_region(region))
    texts = [
        random.choice(("", code, f"+{code}", f"00{code}")) + prefix + "0" + str(random.randrange(10**3, 10**10))
        for _ in range(3000)
    ]
    options = CleanOptions(region=region)
    assert all_at_once(texts, options) == one_by_one(texts, options)


@tries(200)
@given(OPTIONS, st.text("0123456789+-. ()/", max_size=24))
def test_digits_and_signs_in_any_order(options, text):
    """Nothing that looks like a number, however odd, is taken differently."""
    assert all_at_once([text], options) == one_by_one([text], options)


@tries(200)
@given(OPTIONS, st.lists(st.text("012345678aEeoutrX@w.,+-_ /'=:;é\t", max_size=16), max_size=8))
def test_what_is_plainly_no_number(options, texts):
    """Words, codes and remarks, rejected by whole columns, are what they are one by one."""
    assert all_at_once(texts, options) == one_by_one(texts, options)


@given(st.sampled_from(["FR", "BE", "US", None]), st.text("0123456789", min_size=6, max_size=20), st.booleans())
@tries(300)
def test_one_string_is_judged_as_many_are(home, digits, plus):
    """The fast path for a single string of digits agrees with phonenumbers too."""
    judge = NumberJudge.of(CleanOptions())
    plain = PlainJudge(home, judge.acceptance, judge.kinds, plans())
    written = f"+{digits}" if plus else digits
    assert plain.verdict(written) == judge_digits(written, home, judge.acceptance)


def test_the_fast_path_takes_the_usual_writings():
    """Nearly all numbers of a French list are judged by the automata: phonenumbers sees one of each sort only."""
    judge = NumberJudge.of(CleanOptions())
    plain = PlainJudge("FR", judge.acceptance, judge.kinds, plans())
    forms = ("0{}", "+33{}", "0033{}", "{}", "33{}", "+33 (0){}", "0{} ")
    texts = [form.format(digits) for form in forms for digits in ("612345678", "732345678", "692123456", "142685300")]
    import pyarrow as pa

    kinds, _numbers = plain.judge(pa.array(texts, pa.large_string()))
    assert (kinds >= 0).all()


@pytest.mark.parametrize("code", some(sorted(pn.supported_calling_codes()), by_day=8))
def test_all_patterns_of_the_metadata_are_understood(code):
    """Each numbering plan of phonenumbers becomes an automaton whose examples are what phonenumbers says they are."""
    region = pn.region_code_for_country_code(code)
    number = pn.example_number_for_non_geo_entity(code) if region == "001" else pn.example_number(region)
    digits = pn.national_significant_number(number)
    automaton = plans().international(code, len(digits))
    example = automaton.examples[automaton.end(digits)]
    assert pn.number_type(pn.parse(f"+{code}{example}")) == pn.number_type(number)
