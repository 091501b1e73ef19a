"""What is said to people: English words with places for values, by which another language finds its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """How sentences are told; English needs no words but those that stand in the sentences."""

    code: str
    words: Mapping[str, str]
    """By the English template, with the same places."""
    decimal_mark: str = "."


ENGLISH = Language("en", {})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a part of one; a template without values stands as it is, whatever is in it.

    A place is `{name}`. A value is a sentence again, a number, or what is the same in every language.
    Words of ours are made by `said`, which tests look for in every language; words of others by itself.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, language: Language) -> str:
        """The words in a language, or in English where it has none for them."""
        words = language.words.get(self.template, self.template)
        if not self.values:
            return words
        return words.format_map({name: _told(value, language) for name, value in self.values.items()})


def said(template: str, **values: object) -> Sentence:
    """A sentence with its values."""
    return Sentence(template, values)


def _told(value: object, language: Language) -> str:
    if isinstance(value, Sentence):
        return value.told(language)
    if isinstance(value, float):
        return f"{value:g}".replace(".", language.decimal_mark)
    return str(value)


def wording(error: BaseException) -> Sentence:
    """What an error says."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Sentence) else Sentence(str(error))
