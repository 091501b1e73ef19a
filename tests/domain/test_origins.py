"""Which sites may be named, and how they stand in a header in the end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.domain.origins import origin


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ("https://intranet.example", "https://intranet.example"),
        (" HTTPS://Intranet.Example/ ", "https://intranet.example"),
        ("https://intranet.example:443", "https://intranet.example"),
        ("http://intranet.example:80", "http://intranet.example"),
        ("http://intranet.example:443", "http://intranet.example:443"),
        ("https://intranet.example:8443", "https://intranet.example:8443"),
        ("http://192.168.1.10:8123", "http://192.168.1.10:8123"),
        ("http://homeassistant.local:8123", "http://homeassistant.local:8123"),
        ("http://home_assistant", "http://home_assistant"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_site_as_browsers_compare_it(given_: str, found: str) -> None:
    assert origin(given_) == found


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("*", "wildcard"),
        ("https://*.example", "wildcard"),
        ("", "such as"),
        ("intranet.example", "such as"),
        ("ftp://intranet.example", "such as"),
        ("https://intranet.example/path", "without a path"),
        ("https://intranet.example?x", "without a path"),
        ("https://intranet.example#x", "without a path"),
        ("https://ana@intranet.example", "such as"),
        ("https://", "such as"),
        ("https://intranet.example:", "such as"),
        ("https://intranet.example:0", "such as"),
        ("https://intranet.example:65536", "such as"),
        ("http://[::1]:8123", "IPv4"),
        ("https://a..b", "such as"),
        ("https://-a.example", "such as"),
        ("https://a-.example", "such as"),
        ("https://a.example;script-src", "such as"),
        ("https://a.example,https://b.example", "such as"),
        ("https://'none'", "such as"),
        ("https://a.example https://b.example", "such as"),
        (f"https://{'a' * 64}.example", "such as"),
        (f"https://{'.'.join(['a' * 60] * 5)}", "such as"),
        (f"https://{'ü' * 80}.example", "such as"),
    ],
)
def test_what_is_no_site_of_ours_to_name(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        origin(text)


CHARACTERS = st.characters(exclude_categories=["Cs"])  # those of UTF-8, which Hypothesis counts one by one


@given(
    st.text(CHARACTERS, max_size=40)
    | st.from_regex(r"https?://[^/]{0,30}(:\d{0,6})?", fullmatch=True, alphabet=CHARACTERS)
)
def test_nothing_gets_into_a_header_but_one_origin(text: str) -> None:
    try:
        found = origin(text)
    except ValueError:
        return
    assert re.fullmatch(r"https?://[a-z0-9._-]+(:\d{1,5})?", found)
    assert origin(found) == found
