interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a key stands in a TOML text, or else the nearest table around it: for messages, so that what it cannot find
 * (keys of inline tables) costs exactness and nothing else.
 */
export function locateInToml(text: string, path: readonly (string | number)[]): Position {
  const wanted = path.map(String);
  let table: readonly string[] = [];
  let best: Position = { line: 1, column: 1 };
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[+([^\]]*)\]+/.exec(line);
    const assignment = /^(\s*)([^=#[]+?)\s*=/.exec(line);
    let at: readonly string[] | undefined;
    if (header !== null) {
      table = keys(header[1] as string);
      at = table;
    } else if (assignment !== null) at = [...table, ...keys(assignment[2] as string)];
    if (at === undefined || at.length <= depth || !at.every((key, level) => key === wanted[level])) continue;
    depth = at.length;
    best = { line: index + 1, column: (assignment?.[1]?.length ?? 0) + 1 };
  }
  return best;
}

function keys(dotted: string): readonly string[] {
  return [...dotted.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/g)].map(
    ([, basic, literal, bare]) => basic ?? literal ?? bare ?? '',
  );
}
