/** Controls, and what turns the direction of text around or has no width: never as they are, see Unicode UTS 39. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What attackers wrote, so that every character of it can be seen: `\u{202e}` for what turns text around. */
export function visibly(text: string): string {
  return text.replaceAll(UNSEEN, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
