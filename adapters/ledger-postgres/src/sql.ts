import type { ClientBase, Pool, QueryResultRow } from 'pg';

/** A piece of a statement with the values of its places. */
export class Part {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];

  constructor(strings: readonly string[], values: readonly unknown[]) {
    this.strings = strings;
    this.values = values;
  }
}

/** A piece for a place in a statement of {@link Sql}. */
export function part(strings: TemplateStringsArray, ...values: readonly unknown[]): Part {
  return new Part(strings, values);
}

/** A name, quoted. */
export function name(text: string): Part {
  return new Part([`"${text.replaceAll('"', '""')}"`], []);
}

/** Runs a statement: a value in a place is a parameter of it, a {@link Part} a piece of its text. */
export interface Sql {
  <Row extends object>(strings: TemplateStringsArray, ...values: readonly unknown[]): Promise<readonly Row[]>;
  /** Statements without parameters, or one with `$1`, `$2`. */
  text<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export function sqlOn(connection: Pool | ClientBase): Sql {
  const text = async <Row extends object>(
    statement: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> => {
    const parameters = values.length === 0 ? undefined : [...values];
    return (await connection.query<QueryResultRow>(statement, parameters)).rows as Row[];
  };
  const run = <Row extends object>(strings: TemplateStringsArray, ...values: readonly unknown[]) => {
    const parameters: unknown[] = [];
    return text<Row>(textOf(new Part(strings, values), parameters), parameters);
  };
  return Object.assign(run, { text });
}

/** Puts the values of its places into `parameters`. */
function textOf({ strings, values }: Part, parameters: unknown[]): string {
  const places = values.map((value) =>
    value instanceof Part ? textOf(value, parameters) : `$${parameters.push(value)}`,
  );
  return strings.map((piece, i) => piece + (places[i] ?? '')).join('');
}
