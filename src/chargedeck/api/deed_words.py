"""What somebody did, as a sentence: for a request what its operation is called, else what the deed is."""

import functools

from chargedeck.domain.actions import Action
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.records import EventRecord

_COMMANDS = {
    Action.START: said("Start charging"),
    Action.STOP: said("Stop charging"),
    Action.AUTHORIZE: said("Authorize charging"),
    Action.PAUSE: said("Pause charging"),
    Action.RESUME: said("Resume charging"),
    Action.CHARGE_NOW: said("Charge now"),
    Action.BACK_TO_PLAN: said("Back to the plan"),
    Action.UNLOCK: said("Unlock the cable"),
    Action.RESET: said("Restart the device"),
    Action.ALLOWED_CURRENT: said("Set the allowed current"),
}

_KINDS = {
    "backup_restored": said("Put the backup in place"),
    "call": said("Send a message to a device"),
    "claimed": said("Become the first owner"),
    "costs_recomputed": said("Have a period's sessions follow the present tariff"),
    "device_added": said("Add a device"),
    "device_approved": said("Approve a device"),
    "embedded_card_created": said("Make an embedded card"),
    "embedded_card_revoked": said("Revoke an embedded card"),
    "inspection": said("Record an inspection"),
    "invitation_accepted": said("Accept an invitation"),
    "invitation_revoked": said("Take an invitation back"),
    "invited": said("Invite somebody"),
    "login": said("Sign in"),
    "login_failed": said("Sign in with a wrong password or code"),
    "login_refused": said("Try to sign in too often"),
    "meter_added": said("Set up a meter"),
    "meter_changed": said("Change a meter"),
    "meter_removed": said("Remove a meter"),
    "passkey_added": said("Add a passkey"),
    "passkey_revoked": said("Revoke a passkey"),
    "password_changed": said("Change a password"),
    "plan": said("Plan a departure"),
    "recovery_code_used": said("Sign in with a recovery code"),
    "schedule": said("Change a rule of a schedule"),
    "second_factor_off": said("Ask for codes no more"),
    "second_factor_on": said("Ask for codes from now on"),
    "session_added": said("Add a session by hand"),
    "session_changed": said("Change what is known of a session"),
    "session_deleted": said("Take a session out of the history"),
    "settings": said("Change settings"),
    "sign_in_revoked": said("Sign a browser out"),
    "sign_ins_revoked": said("Sign out everywhere else"),
    "solar_changed": said("Set up a station's panels"),
    "solar_removed": said("Forget a station's panels"),
    "station_management": said("Manage a station otherwise"),
    "tariff_changed": said("Change a tariff"),
    "token_created": said("Make a token"),
    "token_revoked": said("Revoke a token"),
    "unit_replaced": said("Replace a broken unit"),
    "user_added": said("Add a user"),
    "user_changed": said("Change a user"),
    "user_removed": said("Remove a user"),
}


@functools.cache
def operations() -> dict[str, str]:
    """What each operation that changes something is called, by its id."""
    from chargedeck.api.routes import all_routes  # noqa: PLC0415  (one of them asks for these words)

    changing = (route for route in all_routes() if "GET" not in route.http_methods)
    return {str(route.operation_id): str(route.summary) for route in changing}


def deed_words(deed: EventRecord) -> Sentence:
    """What was done; a deed that is not known here, of a version to come, by its own name."""
    detail = deed.detail or {}
    if deed.kind == "request" and (summary := operations().get(str(detail.get("operation")))):
        return Sentence(summary)
    if deed.kind == "command" and detail.get("command") in set(Action):
        return _COMMANDS[Action(str(detail["command"]))]
    return _KINDS.get(deed.kind) or Sentence(deed.kind.replace("_", " ").capitalize())
