"""The areas of numbers, held against the library that they come from."""

from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import geocoder
from phonenumbers.geodata import GEOCODE_DATA

from simulator.geography import area_of

AMERICAN = [phonenumbers.parse(f"+1{area}5552123") for area in range(201, 990)]
ELSEWHERE = [
    example
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (example := phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.FIXED_LINE)) is not None
]


@pytest.mark.parametrize(("numbers", "least"), [(AMERICAN, 300), (ELSEWHERE, 200)], ids=["American", "elsewhere"])
def test_a_number_has_the_area_that_the_library_gives_it(numbers: list[phonenumbers.PhoneNumber], least: int) -> None:
    valid = [number for number in numbers if phonenumbers.is_valid_number(number)]

    assert len(valid) > least
    for number in valid:
        area = area_of(f"{number.country_code}{phonenumbers.national_significant_number(number)}")
        country = geocoder.country_name_for_number(number, "en")  # which the library says where there is no area
        assert (area or country) == geocoder.description_for_number(number, "en"), number


def test_every_prefix_of_the_table_is_found() -> None:
    prefixes = [prefix for prefix in list(GEOCODE_DATA)[::997] if "en" in GEOCODE_DATA[prefix]]

    assert len(prefixes) > 100
    assert [area_of(prefix) for prefix in prefixes] == [GEOCODE_DATA[prefix]["en"] for prefix in prefixes]


def test_a_library_with_other_files_is_asked_for_its_whole_table(tmp_path: Path) -> None:
    assert area_of("17735551234", tmp_path) == area_of("17735551234") == "Chicago, IL"
