"""Notices in words, in the language and by the clock of whoever is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chargedeck.documents.catalogue import Catalogue, catalogue, duration
from chargedeck.domain.errors import ErrorType, Severity, severity
from chargedeck.domain.notices import NoticeKind
from chargedeck.hub.notice_people import zone_of
from chargedeck.hub.notice_ports import Message
from chargedeck.hub.notice_records import NoticeRecord
from chargedeck.hub.records import UserRecord
from chargedeck.hub.report_records import report_language

MOST_LINES = 20
_EVERYTHING = "/"

_HTML = """<!doctype html>
<html lang="{language}"><body style="font:16px/1.5 system-ui,sans-serif">
{lines}
{link}<p style="font-size:13px;color:#5b6470">{closing}</p>
</body></html>
"""
_LINK = """<p><a href="{url}" style="display:inline-block;padding:12px 20px;border-radius:8px;\
background:#0b6bcb;color:#ffffff;text-decoration:none">{label}</a></p>
"""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said, and where it leads."""

    title: str
    lines: Sequence[str]
    path: str
    label: str
    tag: str
    kind: str
    urgent: bool = False


class Notifier:
    """Implements the hub's NoticeWriter; `root` is the address of the app, where it is known."""

    def __init__(self, root: str | None) -> None:
        self._root = "" if root is None else root.rstrip("/")

    def message(self, notices: Sequence[NoticeRecord], to: UserRecord) -> Message:
        """One message for one or more notices."""
        of, zone, newest = catalogue(report_language(to.language)), zone_of(to), notices[-1]
        same = {one.charger_id for one in notices} == {newest.charger_id}
        path = f"/chargers/{quote(newest.charger_id, safe='')}" if same else _EVERYTHING
        label = of.say("notice.open", charger=newest.charger_name) if same else of.say("notice.open_app")
        if len(notices) == 1:
            title, lines = _title(newest, of), [_body(newest, of, zone)]
            tag = f"{newest.charger_id}:{newest.kind}:{newest.about}"
        else:
            title, lines = of.say("notice.several", count=len(notices)), _list(notices, of, zone)
            tag = "several"
        urgent = any(map(_is_danger, notices))
        return self._laid_out(of, _Told(title, lines, path, label, tag, newest.kind.value, urgent))

    def trial(self, to: UserRecord) -> Message:
        """What the test button sends."""
        of = catalogue(report_language(to.language))
        title, line, label = (of.say(f"notice.{key}") for key in ("trial", "trial_body", "open_app"))
        return self._laid_out(of, _Told(title, [line], _EVERYTHING, label, "test", "test"))

    def _laid_out(self, of: Catalogue, told: _Told) -> Message:
        url, body, closing = self._root + told.path, "\n".join(told.lines), of.say("notice.closing")
        # A letter is read far from the app: without the app's address there is no link that leads there.
        link = _LINK.format(url=escape(url), label=escape(told.label)) if self._root else ""
        html = _HTML.format(
            language=of.language,
            lines="\n".join(f"<p>{escape(line)}</p>" for line in (told.title, *told.lines)),
            link=link,
            closing=escape(closing),
        )
        text = "\n\n".join(filter(None, (told.title, body, f"{told.label}: {url}" if link else "", closing)))
        return Message(told.title, body, url, told.tag, told.kind, f"{text}\n", html, told.urgent)


def _list(notices: Sequence[NoticeRecord], of: Catalogue, zone: ZoneInfo) -> list[str]:
    shown = [f"{_title(one, of)}: {_body(one, of, zone)}" for one in notices[:MOST_LINES]]
    left = len(notices) - len(shown)
    return [*shown, of.say("notice.more", count=left)] if left else shown


def _is_danger(notice: NoticeRecord) -> bool:
    return notice.kind is NoticeKind.CHARGER_ERROR and severity(ErrorType(notice.about)) is Severity.DANGER


def _title(notice: NoticeRecord, of: Catalogue) -> str:
    error = of.say(f"errors.{notice.about}") if notice.kind is NoticeKind.CHARGER_ERROR else ""
    return of.say(f"notice.{notice.kind}", charger=notice.charger_name, error=error)


def _body(notice: NoticeRecord, of: Catalogue, zone: ZoneInfo) -> str:
    at = of.say("notice.at", at=_clock(notice.at, of, zone))
    match notice.kind:
        case NoticeKind.SESSION_ENDED:
            said = [at, _charged(notice, of)]
        case NoticeKind.STOPPED_BY_LIMIT:
            said = [at, of.say("notice.limit", limit=of.say(f"limits.{notice.about}"))]
        case NoticeKind.CHARGER_ERROR:
            said = [at, of.say("notice.danger" if _is_danger(notice) else "notice.what_to_do")]
        case _:
            said = [at]
    if notice.repeats and notice.last_at is not None:
        last = _clock(notice.last_at, of, zone)
        said.append(of.say("notice.repeats", count=notice.repeats, at=last))
    return " ".join(said)


def _charged(notice: NoticeRecord, of: Catalogue) -> str:
    detail, cost = notice.detail, notice.detail.get("cost")
    energy = of.number(Decimal(repr(detail["energy_wh"])).scaleb(-3).quantize(Decimal("0.01")), 2)
    time = duration(detail["charging_time_s"])
    if cost is None:
        return of.say("notice.energy", energy=energy, time=time)
    money = of.money(Decimal(cost["amount"]), cost["currency"])
    return of.say("notice.cost", energy=energy, time=time, cost=money)


def _clock(at: datetime, of: Catalogue, zone: ZoneInfo) -> str:
    shown: str = at.astimezone(zone).strftime(of.sections["format"]["time"])
    return shown
