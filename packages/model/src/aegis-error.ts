/**
 * A fault: something that should not have happened and that the caller cannot be expected to handle.
 * `code` is stable and documented; the message tells a person what failed and, where known, the mend.
 */
export class AegisError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'AegisError';
    this.code = code;
  }
}
