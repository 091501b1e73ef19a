/** The period of a report in words; pure. */

/** From its first day to its last, by the clock of the report; the end is the first instant after it. */
export function reportPeriod(locale: string, report: { from: string; to: string; time_zone: string }): string {
  const write = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: report.time_zone });
  return write.formatRange(new Date(report.from), new Date(Date.parse(report.to) - 1));
}
