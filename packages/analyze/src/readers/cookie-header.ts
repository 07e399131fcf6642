/** `a=1; b=2` as a record (RFC 6265 section 5.4). Values stay encoded; of two cookies of one name the first counts. */
export function parseCookieHeader(header: string): Readonly<Record<string, string>> {
  const cookies = new Map<string, string>();
  for (const pair of header.split(';', 256)) {
    const equals = pair.indexOf('=');
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, equals < 0 ? '' : pair.slice(equals + 1).trim());
  }
  return Object.fromEntries(cookies);
}
