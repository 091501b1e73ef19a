/** Where the reason for a refused form belongs: at the field it names, else at the one that is to blame; pure. */
import type { ProblemError } from "$lib/api/problem";
import { sentence } from "$lib/format/words";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The reason by field; what names none of the form's fields stands at `otherwise`. */
export function refusals<Field extends string>(
  problem: ProblemError,
  fields: readonly Field[],
  otherwise: Field,
): Partial<Record<Field, string>> {
  const named = problem.errors.flatMap(({ field, message }) => {
    const own = fields.find((name) => name === field);
    return own === undefined ? [] : [[own, capital(message)] as const];
  });
  const found = Object.fromEntries(named) as Partial<Record<Field, string>>;
  return named.length > 0 ? found : ({ [otherwise]: sentence(problem) } as Partial<Record<Field, string>>);
}

/** The reason for a single setting: what is said of its field, else all that is said. */
export function refusalOf(problem: ProblemError, field: string): string {
  const own = problem.errors.find((error) => error.field === field);
  return own === undefined ? sentence(problem) : capital(own.message);
}
