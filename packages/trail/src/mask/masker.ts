import {
  DEFAULT_DETECTORS,
  DEFAULT_MASKS,
  DETECTORS,
  type DetectorMasks,
  type DetectorName,
} from './detectors.ts';
import { type FieldPath, parseFieldPath } from './field-path.ts';
import { LinearPattern } from './linear-pattern.ts';
import { hide, type Mask } from './mask.ts';
import { MaskStream } from './mask-stream.ts';
import { maskText } from './mask-text.ts';
import { maskValue } from './mask-value.ts';

/** Hides in text and in values what nobody should read. Never changed: `addRule` gives another one. */
export interface Masker {
  /** Linear in the length of the text, whatever it is. */
  text(text: string): string;
  /** A copy as plain JSON; see {@link maskValue}. */
  value(value: unknown): unknown;
  /** For text that comes in pieces. */
  stream(): MaskStream;
  /** What a pattern matches, masked; hidden whole by default. See {@link LinearPattern} for what may be in one. */
  addRule(name: string, pattern: RegExp, mask?: Mask): Masker;
  /**
   * With the name of a detector: another mask for what it finds, and turns it on. With any other name: masks the
   * values of fields of that name, wherever they are, and with a path (`user.*.phone`, `**.pin`) those there.
   */
  addRule(name: string, mask: Mask): Masker;
  /** Turns a detector off. */
  without(detector: DetectorName): Masker;
}

interface Rules {
  readonly masks: DetectorMasks;
  readonly patterns: readonly {
    readonly name: string;
    readonly pattern: LinearPattern;
    readonly mask: Mask;
  }[];
  readonly fields: readonly (readonly [FieldPath, Mask])[];
}

/** With the default detectors, or those named. */
export function createMasker(detectors: readonly DetectorName[] = DEFAULT_DETECTORS): Masker {
  const masks = Object.fromEntries(detectors.map((name) => [name, DEFAULT_MASKS[name]] as const));
  return maskerOf({ masks, patterns: [], fields: [] });
}

function maskerOf(rules: Rules): Masker {
  const { masks, patterns, fields } = rules;
  const text = (from: string): string => {
    let masked = maskText(from, masks);
    for (const { pattern, mask } of patterns) masked = replaced(masked, pattern, mask);
    return masked;
  };
  return Object.freeze<Masker>({
    text,
    value: (value) => maskValue(value, { text, fields, names: masks.password !== undefined }),
    stream: () => new MaskStream(text),
    addRule(name: string, what: RegExp | Mask, mask: Mask = hide) {
      if (what instanceof RegExp)
        return maskerOf({
          ...rules,
          patterns: [...patterns, { name, pattern: new LinearPattern(what), mask }],
        });
      if (isDetector(name)) return maskerOf({ ...rules, masks: { ...masks, [name]: what } });
      const path = parseFieldPath(name.includes('.') ? name : `**.${name}`);
      return maskerOf({ ...rules, fields: [[path, what], ...fields] });
    },
    without(detector) {
      const { [detector]: _, ...others } = masks;
      return maskerOf({ ...rules, masks: others });
    },
  });
}

function replaced(text: string, pattern: LinearPattern, mask: Mask): string {
  let masked = '';
  let kept = 0;
  pattern.forEach(text, (from, to) => {
    masked += text.slice(kept, from) + mask(text.slice(from, to));
    kept = to;
  });
  return kept === 0 ? text : masked + text.slice(kept);
}

function isDetector(name: string): name is DetectorName {
  return (DETECTORS as readonly string[]).includes(name);
}
