import type { Details, FeedParser, Findings } from './feed-format.ts';
import { isObject, type JsonObject, objectOf, objectsOf, textOf, timeOf } from './json-values.ts';
import { statedScope } from './stated-scope.ts';

/** Events at once in one document; objects in an event. */
const MOST_NESTED = 1_000_000;

/**
 * MISP events: one JSON document, or one event a line. Attributes that MISP marks as context (`to_ids` false) and
 * deleted ones are passed over. A composite (`domain|ip`, `filename|sha256`, `ip-dst|port`) gives each part that is
 * an indicator.
 */
export function mispEvents(findings: Findings): FeedParser {
  const kept: string[] = [];
  let whole: boolean | undefined;

  function event(root: JsonObject, line: number): void {
    const body = isObject(root.Event) ? root.Event : root;
    const about = textOf(body.info)?.slice(0, 120);
    for (const each of objectsOf(body.Attribute)) attribute(each, line, about);
    for (const object of objectsOf(body.Object)) {
      for (const each of objectsOf(object.Attribute)) attribute(each, line, about);
    }
  }

  function attribute(each: JsonObject, line: number, eventAbout: string | undefined): void {
    if (each.to_ids === false || each.to_ids === '0' || each.deleted === true) return;
    const type = textOf(each.type);
    const value = textOf(each.value);
    if (type === undefined || value === undefined) {
      findings.refused(line, 'an attribute without type or value', JSON.stringify(each).slice(0, 200));
      return;
    }
    const about = textOf(each.comment) ?? eventAbout;
    const seen = timeOf(each.last_seen) ?? timeOf(each.timestamp);
    const details: Details = {
      ...(about === undefined ? {} : { about }),
      ...(seen === undefined ? {} : { seen }),
    };
    const types = type.split('|');
    const values = types.length === 1 ? [value] : value.split('|');
    let used = 0;
    for (const [index, part] of types.entries()) {
      const scope = statedScope(part);
      const text = values[index];
      if (scope === undefined || text === undefined) continue;
      findings.found(line, text, scope, details);
      used++;
    }
    if (used === 0) findings.refused(line, 'a type of attribute that is no indicator here', type);
  }

  return {
    line(text, number) {
      if (text.trim() === '') return;
      // A line that is an object by itself is an event; a document that begins otherwise is one over many lines.
      const root = whole === true ? undefined : objectOf(text);
      whole ??= root === undefined;
      if (whole) kept.push(text);
      else if (root === undefined) findings.refused(number, 'not a JSON object', text);
      else event(root, number);
    },
    end() {
      if (kept.length === 0) return;
      const text = kept.join('\n');
      const root = objectOf(text) ?? arrayOf(text);
      if (root === undefined) findings.refused(1, 'not a JSON document', text.slice(0, 200));
      else {
        const events = objectsOf(root.response).slice(0, MOST_NESTED);
        for (const each of events.length > 0 ? events : [root]) event(each, 1);
      }
    },
  };
}

function arrayOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { response: value } : undefined;
  } catch {
    return undefined;
  }
}
