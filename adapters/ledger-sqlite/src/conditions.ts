/** The WHERE clause of a query whose parts may be absent, and the values of its `?`. */
export class Conditions {
  readonly #parts: string[] = ['TRUE'];
  readonly values: (string | number)[] = [];

  get sql(): string {
    return this.#parts.join(' AND ');
  }

  /** Adds a condition on these values, unless one of them is undefined. */
  where(condition: string, ...values: readonly (string | number | undefined)[]): this {
    const given = values.filter((value) => value !== undefined);
    if (given.length === values.length) {
      this.#parts.push(condition);
      this.values.push(...given);
    }
    return this;
  }
}
