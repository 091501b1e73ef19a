/** JSON Merge Patch (RFC 7396) as a pure function; it never changes what it is given. */

/** What a null in a patch does to a member: RFC 7396 removes it, a resource with fixed members keeps it as null. */
export type NullMeans = "remove" | "keep";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Apply a patch: null empties a member, an object merges into it, anything else replaces it. */
export function mergePatch(target: unknown, patch: unknown, nullMeans: NullMeans = "remove"): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null && nullMeans === "remove") delete merged[key];
    else define(merged, key, mergePatch(merged[key], value, nullMeans));
  }
  return merged;
}

/** Set an own member even when it is called `__proto__`, which plain assignment would treat specially. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
