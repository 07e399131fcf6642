/** The outcome of something that may fail in expected ways. `E` is discriminated by its `kind`. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export const Result: {
  readonly ok: <T>(value: T) => Result<T, never>;
  readonly err: <E>(error: E) => Result<never, E>;
} = Object.freeze({
  ok: <T>(value: T): Result<T, never> => ({ ok: true, value }),
  err: <E>(error: E): Result<never, E> => ({ ok: false, error }),
});
