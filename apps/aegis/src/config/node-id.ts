/** A node id from a host name: its first label, lower case, what does not fit replaced, at most 63 characters. */
export function nodeIdOf(hostname: string): string {
  const label = hostname.split('.', 1)[0] ?? '';
  const fit = label
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63);
  return fit === '' ? 'aegis' : fit;
}
