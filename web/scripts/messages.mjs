/** Compiles the messages, for whoever needs them without a build. */
import { compileMessages } from "./locales.mjs";

await compileMessages();
