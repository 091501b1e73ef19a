"""Examples of what lets people in, for the document."""

from datetime import UTC, datetime
from typing import Any

from chargedeck.api.routes import audit, card_learning, embeds, invitations, keys, setup
from chargedeck.hub.records import Role

AT = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 11, 18, 30, tzinfo=UTC)
CREDENTIAL: dict[str, Any] = {"id": "…", "rawId": "…", "type": "public-key", "response": {}}
OPTIONS: dict[str, Any] = {"challenge": "…", "rpId": "charge.example.com", "userVerification": "required"}
PLACES: dict[str, Any] = {"station_ids": ["home"], "charger_ids": ["garage"], "language": "de"}


def people_examples(user_id: str) -> tuple[Any, ...]:
    """One of each."""
    passkey = keys.Passkey("pQ3…", "Ana's phone", AT, LATER)
    sign_in = keys.SignIn("9f86d081884c7d65", "192.168.1.23", "Firefox on Linux", AT, LATER, LATER, True)
    invited: dict[str, Any] = {
        "role": Role.DRIVER,
        "note": "The neighbour",
        "expires_at": LATER,
        "account_ends_at": None,
    }
    made: dict[str, Any] = {"id": "31c0…", "created_by": "Ana Marin", "created_at": AT}
    guest: dict[str, Any] = {
        "code": "…",
        "email": "bob@example.com",
        "first_name": "Bob",
        "last_name": "Ionescu",
    }
    embed: dict[str, Any] = {"name": "Entrance hall", "origins": ["https://intranet.example"]}
    shown: dict[str, Any] = {"charger_id": "garage", "last_used_at": LATER}
    return (
        embeds.Embed(**embed, **made, **shown),
        embeds.CreatedEmbed(**embed, **made, **shown | {"last_used_at": None}, path="/embed#code=cde_…"),
        embeds.NewEmbed(**embed),
        passkey,
        card_learning.CardLearning(LATER, "04A2B1C3D4E5F6"),
        keys.Passkeys([passkey]),
        keys.PasskeyOptions(OPTIONS),
        keys.NewPasskey("Ana's phone", CREDENTIAL),
        keys.PasskeyName("Ana's old phone"),
        keys.SignIns([sign_in]),
        keys.SecondFactor(on=True),
        keys.PasswordShown("three random words"),
        keys.Enrolment("GEZDGNBVGY3TQOJQ…", "otpauth://totp/ChargeDeck:ana%40example.com?secret=…"),
        keys.CodeShown("492039"),
        keys.RecoveryCodes(["5f2c1a-0b9d3e"]),
        setup.PasskeyLogin(CREDENTIAL),
        invitations.Invitation(**invited, **made, **PLACES),
        invitations.CreatedInvitation(**invited, **made, **PLACES, path="/invitation#code=…"),
        invitations.InvitationDraft(**invited, **PLACES),
        invitations.InvitationShown(Role.DRIVER, ["Home"], ["Garage"], "de", "Ana Marin", LATER, None),
        invitations.InvitationSecret("…"),
        invitations.GuestName(**guest),
        invitations.GuestPasskeyOptions(public_key=OPTIONS, user_id=user_id),
        invitations.Acceptance(**guest, password="four other random words"),  # noqa: S106  (an example)
        audit.Deed(
            "812",
            AT,
            "command",
            "Stop charging",
            "Ana Marin",
            "192.168.1.23",
            None,
            "garage",
            {"command": "stop"},
        ),
    )
