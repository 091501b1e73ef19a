"""What `chargedeck check` looks at: each look finds one kind of fault, and says what mends it."""

from collections.abc import Callable
from dataclasses import dataclass

Finding = str | None
"""What is wrong and what would mend it; None when all is well."""


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the table; advice is shown, and is no reason to fail."""

    what: str
    ask: Callable[[], Finding]
    is_advice: bool = False
