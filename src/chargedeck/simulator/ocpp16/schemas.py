"""Holds what the central system says against the official schemas, which come with the `ocpp` package."""

import json
from functools import cache
from importlib.resources import files

from jsonschema_rs import ValidationErrorKind, Validator, validator_for

from chargedeck.simulator.wire import CallError, Payload

_CODES: tuple[tuple[type, str], ...] = (
    (ValidationErrorKind.Required, "OccurenceConstraintViolation"),
    (ValidationErrorKind.AdditionalProperties, "FormationViolation"),
    (ValidationErrorKind.Type, "TypeConstraintViolation"),
)
"""CALLERROR codes of OCPP-J 1.6 §4.2.3, spelt as there."""


@cache
def _validator(name: str) -> Validator | None:
    source = files("ocpp") / "v16" / "schemas" / f"{name}.json"
    return validator_for(json.loads(source.read_text())) if source.is_file() else None


def check_request(action: str, payload: Payload) -> None:
    """Raise the CALLERROR that a request deserves, if it deserves one."""
    validator = _validator(action)
    if validator is None:
        raise CallError("NotImplemented", f"{action} is not known")
    error = next(validator.iter_errors(payload), None)
    if error is None:
        return
    known = (code for kind, code in _CODES if isinstance(error.kind, kind))
    code = next(known, "PropertyConstraintViolation")
    where = "/".join(str(step) for step in error.instance_path)
    raise CallError(code, f"{where or action}: {error.message}")


def fault_of_answer(action: str, payload: Payload) -> str | None:
    """What is wrong with the answer to an action, in words; None when nothing is."""
    validator = _validator(f"{action}Response")
    error = next(validator.iter_errors(payload), None) if validator is not None else None
    return None if error is None else error.message
