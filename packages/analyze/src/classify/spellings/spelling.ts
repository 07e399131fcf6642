import type { AttackType } from '@aegis/model';

/** One attack, in all the ways in which its language lets one write it; every text must be seen. */
export interface Spellings {
  readonly name: string;
  /** What nearly all texts are to be called: some are as much of another type. */
  readonly types: readonly AttackType[];
  readonly part: string;
  readonly texts: readonly string[];
}

/** `§` stands for a dollar in front of a bracket, which looks like a slip in a template string otherwise. */
export function dollars(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replaceAll('§', '$'));
}

/** Every choice of one string from each list, put together. */
export function product(...lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce<readonly string[]>(
    (heads, list) => heads.flatMap((head) => list.map((tail) => head + tail)),
    [''],
  );
}

/** Each text with each of the spellings of one of its pieces. */
export function respell(
  texts: readonly string[],
  piece: string,
  spellings: readonly string[],
): readonly string[] {
  return texts.flatMap((text) => spellings.map((spelling) => text.replaceAll(piece, spelling)));
}

/** `SeLeCt`. */
export function mixed(text: string): string {
  return text.replace(/[a-z]/gi, (letter, at: number) =>
    at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
