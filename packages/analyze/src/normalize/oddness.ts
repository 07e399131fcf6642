import type { Observation } from '@aegis/model';

/** A sensor that named an attack outranks everything that characters can say. */
const LABELLED = 1000;
const CEILING = 999;

/**
 * How unlike plain use an observation looks: the characters in it that ordinary paths and words do not have,
 * encodings and `..` among them. A rank for choosing what to keep, never a verdict; 0 is plain.
 */
export function oddness(observation: Observation): number {
  switch (observation.kind) {
    case 'http': {
      const { label, target, body = '', headers, cookies } = observation;
      let rank = label === undefined || label === 'index' || label === 'unknown' ? 0 : LABELLED;
      rank += Math.min(oddCharacters(target) + oddCharacters(body), CEILING);
      for (const value of Object.values(cookies)) rank += Math.min(oddCharacters(value), 50);
      return rank + Math.min(oddCharacters(headers.referer ?? ''), 50);
    }
    case 'login':
      return Math.min(oddCharacters(observation.username), CEILING) + (observation.success ? LABELLED : 0);
    case 'command':
      return 1 + Math.min(oddCharacters(observation.input), CEILING);
    case 'download':
      return LABELLED;
  }
}

const DOT = 46;

/** 1 for every ASCII character that is no letter, digit or one of `/ . _ - = & ? + ,` and blank. */
const ODD: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9/._\-=&?+, ]/.test(String.fromCharCode(code)) ? 0 : 1,
);

function oddCharacters(text: string): number {
  let count = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    count += ODD[code] ?? 1;
    if (code === DOT && before === DOT) count++;
    before = code;
  }
  return count;
}
