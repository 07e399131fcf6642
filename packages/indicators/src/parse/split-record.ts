/**
 * The fields of one CSV record (RFC 4180, a line each). Blanks before a quote are taken, as abuse.ch writes them.
 * Undefined where a quote is not closed.
 */
export function splitRecord(line: string, delimiter: string): readonly string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    let begin = at;
    while (line[begin] === ' ') begin++;
    if (line[begin] !== '"') {
      const end = line.indexOf(delimiter, at);
      fields.push(line.slice(at, end < 0 ? line.length : end).trim());
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    let field = '';
    for (let from = begin + 1; ; ) {
      const quote = line.indexOf('"', from);
      if (quote < 0) return undefined;
      field += line.slice(from, quote);
      if (line[quote + 1] !== '"') {
        begin = quote + 1;
        break;
      }
      field += '"';
      from = quote + 2;
    }
    fields.push(field);
    const end = line.indexOf(delimiter, begin);
    if (end < 0) return fields;
    at = end + 1;
  }
}
