"""What the wires of an outlet carry before an installer has said it."""

from collections.abc import Iterable

from chargedeck.domain.units import Amps

DEFAULT_INSTALLATION_CURRENT = Amps(16)
"""Until an installer says otherwise: the smallest circuit that chargers are commonly put on."""


def first_installation_current(former: Amps | None, beside: Iterable[Amps]) -> Amps:
    """What an outlet begins with: `former` if it was here before, `beside` if the same device has others.

    An installer's word for one outlet says nothing of the wires of another, but a device that hangs on
    a thin cable hangs on it with all of its outlets.
    """
    return min((DEFAULT_INSTALLATION_CURRENT, *beside)) if former is None else former
