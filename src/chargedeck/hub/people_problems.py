"""What can be wrong with signing in and with accounts.

ChargeDeckError
├── BadCredentialsError     wrong address or password, no telling which
│   └── WrongPasswordError  not the present password of who has signed in
├── AccountEndedError       the account was for a time, which is over
├── CodeNeededError         the password is right, and a code is asked for
├── WrongCodeError          not the code of now
├── PasskeyError            a passkey that does not prove what it should
├── InvitationGoneError     a link that opens nothing, or no longer
├── EmbedGoneError          a key of an embedded card that opens nothing, or no longer
├── NoProxyUserError        no trusted proxy says who it is
├── LockedOutError          too many failures; how long to wait
├── BusyError               too many sign-ins at once
├── WrongClaimCodeError     not the code that the console printed
├── InvalidValueError       a value that will not do, by field
└── ConflictError
    └── AlreadyClaimedError there is an owner already
"""

from datetime import timedelta

from chargedeck.domain.problems import ChargeDeckError, ConflictError
from chargedeck.domain.sentences import Sentence, said


class BadCredentialsError(ChargeDeckError):
    """Wrong address or password; it must not be told which."""

    code = "bad_credentials"

    sentence = said("The e-mail address or the password is wrong")


class WrongPasswordError(BadCredentialsError):
    """Not the present password of who has signed in."""

    sentence = said("This is not your present password")


class AccountEndedError(ChargeDeckError):
    """The account was for a time; told only to who has proved whose it is."""

    code = "account_ended"

    sentence = said("This account has ended; ask an owner to prolong it")


class CodeNeededError(ChargeDeckError):
    """The password is right, and a code is asked for besides."""

    code = "code_needed"

    sentence = said("Enter the code that your authenticator app shows, or one of your recovery codes")


class WrongCodeError(ChargeDeckError):
    """Not the code of now, or one that was used."""

    code = "wrong_code"

    sentence = said("This code is not right, or was used already; wait for the next one")


class PasskeyError(ChargeDeckError):
    """A passkey that does not prove what it should."""

    code = "passkey_refused"

    sentence = said("This passkey could not be verified; try again, or sign in with your password")


class InvitationGoneError(ChargeDeckError):
    """A link that opens nothing, or no longer; not told which."""

    code = "invitation_gone"

    sentence = said("This invitation is not valid any more; ask for a new one")


class EmbedGoneError(ChargeDeckError):
    """A key of an embedded card that opens nothing, or no longer; not told which."""

    code = "embed_gone"

    sentence = said("This card has ended, or its key is not complete; ask an owner for a new one")


class NoProxyUserError(ChargeDeckError):
    """No proxy that is trusted says who it is, or it says somebody who has no account."""

    code = "no_proxy_user"

    sentence = said("No trusted proxy has signed you in to an account of this ChargeDeck")


class LockedOutError(ChargeDeckError):
    """Too many failures."""

    code = "locked_out"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.seconds = max(1, round(wait.total_seconds()))

    @property
    def sentence(self) -> Sentence:
        return said("Too many failed attempts; try again in {seconds} s", seconds=self.seconds)


class BusyError(ChargeDeckError):
    """Too many sign-ins at once."""

    code = "too_many_requests"

    sentence = said("Too many people are signing in at once; try again in a moment")


class WrongClaimCodeError(ChargeDeckError):
    """Not the code that the console printed."""

    code = "wrong_claim_code"

    sentence = said("This is not the claim code; use the link that the server printed when it started")


class AlreadyClaimedError(ConflictError):
    """There is an owner already."""

    code = "already_claimed"

    sentence = said("This ChargeDeck has an owner already; sign in, or ask an owner for an account")


class InvalidValueError(ChargeDeckError):
    """A value that will not do; nothing was changed."""

    code = "invalid_request"

    def __init__(self, field: str, remedy: Sentence) -> None:
        super().__init__(field, remedy)
        self.field, self.remedy = field, remedy

    @property
    def sentence(self) -> Sentence:
        return said("{field} {remedy}", field=self.field, remedy=self.remedy)
