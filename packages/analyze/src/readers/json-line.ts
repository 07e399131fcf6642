import { Result } from '@aegis/model';
import { isJsonObject, type JsonObject } from '../normalize/json-object.ts';
import { closingQuote } from './closing-quote.ts';
import { jsonFault } from './json-fault.ts';
import { excerpt, type LineError } from './line-error.ts';
import { MAX_LINE_BYTES } from './line-splitter.ts';

/** Brackets within brackets. Logs need five; what walks a parsed value by recursion stands this many. */
const MAX_DEPTH = 32;

/** One JSON object. Length and depth are checked before anything is built. */
export function parseJsonLine(line: string): Result<JsonObject, LineError> {
  if (line.length > MAX_LINE_BYTES) {
    const message = `a line of ${line.length} characters; at most ${MAX_LINE_BYTES} are read`;
    return Result.err({ kind: 'too_long', message, column: MAX_LINE_BYTES + 1 });
  }
  const deep = tooDeepAt(line);
  if (deep >= 0) {
    const message = `more than ${MAX_DEPTH} brackets within brackets`;
    return Result.err({ kind: 'too_deep', message, column: deep + 1 });
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return notJson(line);
  }
  if (isJsonObject(value)) return Result.ok(value);
  const message = `expected a JSON object, found ${excerpt(value)}`;
  return Result.err({ kind: 'bad_value', message, column: 1, found: excerpt(value) });
}

function notJson(line: string): Result<never, LineError> {
  const fault = Math.max(jsonFault(line), 0);
  const ended = fault >= line.length;
  const found = excerpt(line.slice(fault, fault + 20));
  const message = ended ? 'the JSON is not complete: the line ends here' : `not JSON from here on: ${found}`;
  return Result.err({ kind: 'not_json', message, column: fault + 1, found });
}

/** Index of the bracket that is one too many, or -1. Brackets in strings do not count. */
function tooDeepAt(line: string): number {
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 34) {
      i = closingQuote(line, i + 1);
      if (i < 0) return -1;
    } else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) return i;
    } else if (code === 125 || code === 93) depth--;
  }
  return -1;
}
