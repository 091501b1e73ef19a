/** The answer to GetConfiguration as rows; pure, and calm about answers that are not as the specification says. */

export interface ConfigurationKey {
  key: string;
  readonly: boolean;
  value: string;
}

export function readConfiguration(answer: unknown): ConfigurationKey[] {
  const rows = (answer as { configurationKey?: unknown } | null)?.configurationKey;
  if (!Array.isArray(rows)) return [];
  return rows
    .filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null)
    .map((row) => ({
      key: String(row["key"] ?? ""),
      readonly: row["readonly"] === true,
      value: String(row["value"] ?? ""),
    }))
    .filter(({ key }) => key !== "")
    .sort((one, other) => one.key.localeCompare(other.key));
}
