/** Pairs of a line such as `time="…" level=info msg="a \"b\""`; the first of a name counts. Linear. */
export function logfmt(line: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of line.matchAll(
    /(?:^| )([A-Za-z_][A-Za-z0-9_.]{0,63})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g,
  ))
    if (!pairs.has(name)) pairs.set(name, quoted?.replace(/\\(.)/g, '$1') ?? plain);
  return pairs;
}
