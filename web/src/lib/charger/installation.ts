/** The installation current as an electrician may set it; pure. */

export const INSTALLATION_CURRENT = { min: 6, max: 80, lektricoMax: 32, usual: 16 } as const;

/** Whole amperes inside the range, or null. */
export function readCurrent(text: string, max: number = INSTALLATION_CURRENT.max): number | null {
  if (!/^\d{1,3}$/.test(text.trim())) return null;
  const amps = Number(text);
  return amps >= INSTALLATION_CURRENT.min && amps <= max ? amps : null;
}
