import { parse } from 'fast-querystring';

/** The members of a query, in an object without a prototype; one that is there several times is an array. */
export function parseQuery(text: string): Record<string, unknown> {
  return parse(text);
}
