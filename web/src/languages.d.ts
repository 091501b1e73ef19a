/** The language that this build speaks. */
declare const __LANGUAGE__: string;
/** All languages that were built with it. */
declare const __LANGUAGES__: readonly string[];
