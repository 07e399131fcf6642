/** Of every face; some seconds in CI, and a million where somebody asks for it. */
const FEW = 2_000;

/** How often each face is tried (`AEGIS_FUZZ_INPUTS`), and from which seed (`SEED`). */
export const FUZZ_INPUTS: number = Number(process.env.AEGIS_FUZZ_INPUTS ?? FEW);
export const FUZZ_SEED: number = Number(process.env.SEED ?? Date.now() % 2 ** 31);
/** A million inputs take minutes. */
export const FUZZ_TIMEOUT_MS: number = 60_000 + FUZZ_INPUTS * 5;
