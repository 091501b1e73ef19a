/** The numbered lines of a guide's text as single steps; pure. */

const NUMBERED = /^\d+\.\s+(.*)$/;

/** The steps of a text whose every line is numbered, else null. */
export function steps(text: string): string[] | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const found = lines.map((line) => NUMBERED.exec(line.trim())?.[1]).filter((step) => step !== undefined);
  return found.length > 0 && found.length === lines.length ? found : null;
}
