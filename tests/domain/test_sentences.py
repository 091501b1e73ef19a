"""Sentences: the same in English as they are written, and in another language with the same values."""

from chargedeck.domain.problems import ConflictError
from chargedeck.domain.sentences import Language, Sentence, said, wording

GERMAN = Language(
    "de",
    {
        "must lie between {low} and {high}": "muss zwischen {low} und {high} liegen",
        "{field}: {remedy}": "{field}: {remedy}",
        "is missing": "fehlt",
    },
    ",",
)


def test_values_are_put_into_their_places() -> None:
    sentence = said("must lie between {low} and {high}", low=6, high=32)
    assert (str(sentence), sentence.told(GERMAN)) == (
        "must lie between 6 and 32",
        "muss zwischen 6 und 32 liegen",
    )


def test_a_number_has_the_mark_of_its_language() -> None:
    sentence = said("must lie between {low} and {high}", low=0.5, high=10.0)
    assert (str(sentence), sentence.told(GERMAN)) == (
        "must lie between 0.5 and 10",
        "muss zwischen 0,5 und 10 liegen",
    )


def test_a_sentence_within_another_is_told_with_it() -> None:
    sentence = said("{field}: {remedy}", field="name", remedy=said("is missing"))
    assert (str(sentence), sentence.told(GERMAN)) == ("name: is missing", "name: fehlt")


def test_what_is_not_known_is_told_in_english() -> None:
    assert said("is of no use").told(GERMAN) == "is of no use"


def test_words_of_others_may_look_like_a_place() -> None:
    assert Sentence("{what} {}").told(GERMAN) == "{what} {}"


def test_an_error_says_its_sentence_whatever_it_was_made_of() -> None:
    assert ConflictError(said("is missing")).sentence.told(GERMAN) == "fehlt"
    assert str(ConflictError(said("is missing"))) == "is missing"
    assert str(ConflictError("no {such} thing")) == "no {such} thing"


def test_the_words_of_an_error_that_is_none_of_ours() -> None:
    assert wording(ValueError(said("is missing"))).told(GERMAN) == "fehlt"
    assert str(wording(OSError(2, "No such file"))) == "[Errno 2] No such file"
