/** The claim code as the console's link carries it; pure. */

/** The code from a fragment like `code=…`, or null when the link was not complete. */
export function codeFrom(fragment: string): string | null {
  const code = new URLSearchParams(fragment).get("code")?.trim() ?? "";
  return code === "" ? null : code;
}
