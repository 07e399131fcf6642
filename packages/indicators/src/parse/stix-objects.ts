import type { Details, FeedParser, Findings } from './feed-format.ts';
import {
  confidenceOf,
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  textOf,
  timeOf,
} from './json-values.ts';
import { readStixPattern } from './stix-pattern.ts';

interface Version {
  readonly object: JsonObject;
  readonly line: number;
}

/**
 * STIX 2.1 indicators: a bundle, a TAXII envelope, or an object a line. Of several versions of one indicator the
 * last modified counts; a revoked one gives nothing. Objects of other types are context and passed over.
 */
export function stixObjects(findings: Findings): FeedParser {
  const kept: string[] = [];
  const latest = new Map<string, Version>();
  let whole: boolean | undefined;

  function take(root: JsonObject, line: number): void {
    const objects = Array.isArray(root.objects) ? objectsOf(root.objects) : [root];
    for (const [index, object] of objects.entries()) {
      if (object.type !== 'indicator') continue;
      const at = objects.length > 1 ? index + 1 : line;
      const id = textOf(object.id) ?? `#${latest.size}`;
      const before = latest.get(id);
      if (before === undefined || modifiedAt(object) >= modifiedAt(before.object))
        latest.set(id, { object, line: at });
    }
  }

  function read({ object, line }: Version): void {
    if (object.revoked === true) return;
    const pattern = textOf(object.pattern);
    if (pattern === undefined || (object.pattern_type !== undefined && object.pattern_type !== 'stix')) {
      findings.refused(line, 'an indicator without a STIX pattern', String(object.pattern_type ?? object.id));
      return;
    }
    const values = readStixPattern(pattern);
    if (!values.ok) findings.refused(line, values.error, pattern);
    else for (const { scope, value } of values.value) findings.found(line, value, scope, detailsOf(object));
  }

  return {
    line(text, number) {
      if (text.trim() === '') return;
      const root = whole === true ? undefined : objectOf(text);
      whole ??= root === undefined;
      if (whole) kept.push(text);
      else if (root === undefined) findings.refused(number, 'not a JSON object', text);
      else take(root, number);
    },
    end() {
      if (kept.length > 0) {
        const text = kept.join('\n');
        const root = objectOf(text);
        if (isObject(root)) take(root, 1);
        else findings.refused(1, 'not a JSON document', text.slice(0, 200));
      }
      for (const version of latest.values()) read(version);
    },
  };
}

function modifiedAt(object: JsonObject): number {
  return timeOf(object.modified) ?? timeOf(object.created) ?? 0;
}

function detailsOf(object: JsonObject): Details {
  const confidence = confidenceOf(object.confidence);
  const expires = timeOf(object.valid_until);
  const seen = timeOf(object.modified);
  const about = textOf(object.name);
  return {
    ...(confidence === undefined ? {} : { confidence }),
    ...(expires === undefined ? {} : { expires }),
    ...(seen === undefined ? {} : { seen }),
    ...(about === undefined ? {} : { about }),
  };
}
