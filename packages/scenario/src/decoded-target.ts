/** Layers of percent-encoding taken off; servers and proxies in a row undo no more. */
const LAYERS = 3;
/** More than this of a target is not decoded: what probes ask for is short. */
const LENGTH = 4_096;

/**
 * A request target as the last of several servers would read it: percent-encoding undone layer by layer, `+` in
 * the query as a blank. Bytes become the characters of the same numbers (Latin-1): rules look for ASCII. What is no encoding stays.
 */
export function decodedTarget(target: string): string {
  let text = target.slice(0, LENGTH);
  for (let layer = 0; layer < LAYERS && text.includes('%'); layer++) {
    const next = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === text) break;
    text = next;
  }
  const question = text.indexOf('?');
  return question < 0 ? text : text.slice(0, question) + text.slice(question).replaceAll('+', ' ');
}
