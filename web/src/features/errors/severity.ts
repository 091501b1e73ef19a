/** How grave an error is, as colour, icon and word. */
import type { Tone } from "$lib/charger/look";
import type { IconName } from "$ui/icons";
import { m } from "../../paraglide/messages.js";

interface SeverityLook {
  tone: Tone;
  icon: IconName;
  word: string;
}

/** An unknown word is taken as an error, which is the careful reading. */
export function severityLook(severity: string): SeverityLook {
  switch (severity) {
    case "warning":
      return { tone: "amber", icon: "info", word: m.severity_warning() };
    case "danger":
      return { tone: "red", icon: "bolt", word: m.severity_danger() };
    default:
      return { tone: "red", icon: "warning", word: m.severity_error() };
  }
}
