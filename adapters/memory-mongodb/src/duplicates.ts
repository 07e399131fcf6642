import { MongoBulkWriteError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/** Which of many that were inserted at once are there already; throws what else went wrong. */
export function duplicatesOf(error: unknown): readonly number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failed = [error.writeErrors].flat();
  if (failed.length === 0 || failed.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return failed.map(({ index }) => index);
}
