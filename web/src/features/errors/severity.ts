/** How grave an error is, as colour, icon and word. */
import type { GuideEntry } from "$lib/api/types";
import type { Tone } from "$lib/charger/look";
import type { IconName } from "$ui/icons";
import { m } from "../../paraglide/messages.js";

interface SeverityLook {
  tone: Tone;
  icon: IconName;
  word: string;
}

export function severityLook(severity: GuideEntry["severity"]): SeverityLook {
  switch (severity) {
    case "warning":
      return { tone: "amber", icon: "info", word: m.severity_warning() };
    case "error":
      return { tone: "red", icon: "warning", word: m.severity_error() };
    case "danger":
      return { tone: "red", icon: "bolt", word: m.severity_danger() };
    default:
      return severity satisfies never;
  }
}
