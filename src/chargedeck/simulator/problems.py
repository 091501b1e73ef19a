"""What can be wrong with a wish to the simulator; the text says what to change."""

from chargedeck.domain.problems import ChargeDeckError


class PlanError(ChargeDeckError):
    """A run that cannot be carried out here."""

    code = "bad_plan"


class CommandError(ChargeDeckError):
    """A command that cannot be done."""

    code = "bad_command"


def lone_cause(error: Exception) -> Exception:
    """What went wrong, when a group of tasks failed for one reason only."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
