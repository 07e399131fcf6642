import type { Sophistication } from '@aegis/model';
import type { SessionFinding, SophisticationMeasures } from './enriched-session.ts';

/** Where each measure is full. */
const FULL_LENGTH = 250;
const FULL_ENCODINGS = 3;
const FULL_SPECIAL_SHARE = 0.35;
const FULL_TECHNIQUES = 6;

const HIGH = 60;
const MEDIUM = 30;

/**
 * How elaborate the payloads are, from four measures of 0-100 with equal weight: the longest payload
 * (full at 250 characters), the deepest encoding (full at 3 layers; a first URL layer is ordinary and does not
 * count), the highest share of characters other than letters, digits and blanks (full at 0.35), and the number
 * of distinct indicators (full at 6; the first one is given).
 */
export function sophisticationMeasures(findings: readonly SessionFinding[]): SophisticationMeasures {
  let longest = 0;
  let deepest = 0;
  let special = 0;
  const indicators = new Set<string>();
  for (const { evidence, indicators: own, attackType } of findings) {
    for (const indicator of own) indicators.add(indicator);
    if (evidence.place === 'behaviour' || evidence.place === 'download') continue;
    // The path of a probe is a name out of a list.
    if (attackType === 'vulnerability_probe') continue;
    const text = evidence.decoded ?? evidence.text;
    const layers = evidence.layers ?? [];
    longest = Math.max(longest, text.length);
    deepest = Math.max(deepest, layers[0] === 'url' ? layers.length - 1 : layers.length);
    special = Math.max(special, specialShare(text));
  }
  const measure = (value: number, full: number): number => Math.round(100 * Math.min(1, value / full));
  const length = measure(longest, FULL_LENGTH);
  const encodings = measure(deepest, FULL_ENCODINGS);
  const specialCharacters = measure(special, FULL_SPECIAL_SHARE);
  const techniques = measure(Math.max(0, indicators.size - 1), FULL_TECHNIQUES - 1);
  return {
    length,
    encodings,
    specialCharacters,
    techniques,
    score: Math.round((length + encodings + specialCharacters + techniques) / 4),
  };
}

export function sophisticationLevel(measures: SophisticationMeasures): Sophistication {
  if (measures.score >= HIGH) return 'high';
  return measures.score >= MEDIUM ? 'medium' : 'low';
}

function specialShare(text: string): number {
  if (text.length < 4) return 0;
  return text.replace(/[\w\s]/g, '').length / text.length;
}
