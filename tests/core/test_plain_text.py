import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.plain_text import clean_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("oak chair", "oak chair"),
        ("two\nlines\r\n", "two lines"),
        ("\u202eedispu nwod\u202c", "edispu nwod"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("Stuhl №5 · 椅子", "Stuhl №5 · 椅子"),
        ("undecodable \udcff byte", "undecodable byte"),
    ],
)
def test_that_invisible_characters_go_and_the_rest_stays(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@settings(deadline=None)
@given(st.text(max_size=5000), st.integers(5, 200))
def test_that_any_text_becomes_one_bounded_line_that_can_be_written(
    text: str, longest: int
) -> None:
    clean = clean_text(text, longest)
    assert len(clean) <= longest
    assert clean == clean.strip()
    assert len(clean.splitlines()) <= 1
    clean.encode("utf-8")
