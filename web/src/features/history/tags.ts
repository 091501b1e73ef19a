/** Tags as they are typed, with commas between; pure. */

/** Each tag once, in the order in which they were typed. */
export const tagsFrom = (text: string): string[] => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  ),
];
