"""Examples of what those see who run the server."""

from datetime import datetime
from typing import Any

from chargedeck.api.routes import backups, diagnostics, restores
from chargedeck.api.routes.restores import RestoreView
from chargedeck.hub.restoration import RestoreStage


def operation_examples(at: datetime) -> tuple[Any, ...]:
    """Backup, restore, diagnostics."""
    return (
        backups.BackupWish("a few random words"),
        restores.RestoreAnnouncement(1_234_567),
        restores.RestorePiece(0, b"chargedeck backup 1\n"),
        restores.RestoreWish("a few random words"),
        RestoreView(
            RestoreStage.RECEIVED, 1_234_567, 1_234_567, 0, at, "0.1.0", True, None, None, None, None, None
        ),
        diagnostics.ServerDiagnostics(at.isoformat(), {"version": "0.1.0"}, {"storage": "ok"}, [], []),
    )
