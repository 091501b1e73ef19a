/** Compiler options shared by the build, the checker and the tests. */
export default {
  compilerOptions: { runes: true },
};
