/** A package as dpkg has it installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

const MOST = 20_000;

/** Packages that are installed, from `/var/lib/dpkg/status` (deb-control(5)). */
export function parseDpkgStatus(text: string): readonly InstalledPackage[] {
  const packages: InstalledPackage[] = [];
  for (const stanza of text.split('\n\n')) {
    if (packages.length >= MOST) break;
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (.{1,200})$`, 'm').exec(stanza)?.[1];
    const [name, version] = [field('Package'), field('Version')];
    const isInstalled = field('Status')?.endsWith(' installed') === true;
    if (isInstalled && name !== undefined && version !== undefined) packages.push({ name, version });
  }
  return packages;
}

/**
 * Below 0 where `a` is older than `b`, above where newer (Debian Policy, section 5.6.12): epochs as numbers, then the
 * upstream versions, then the revisions, each in runs of characters and digits by turns; `~` comes before the end.
 */
export function compareVersions(a: string, b: string): number {
  const [one, two] = [partsOf(a), partsOf(b)];
  return (
    one.epoch - two.epoch ||
    compareParts(one.upstream, two.upstream) ||
    compareParts(one.revision, two.revision)
  );
}

function partsOf(version: string): {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
} {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)) || 0,
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

function compareParts(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    const [words, others] = [leading(left, /^\D*/), leading(right, /^\D*/)];
    for (let at = 0; at < Math.max(words.length, others.length); at++) {
      const order = orderOf(words[at]) - orderOf(others[at]);
      if (order !== 0) return order;
    }
    left = left.slice(words.length);
    right = right.slice(others.length);
    const [digits, more] = [leading(left, /^\d*/), leading(right, /^\d*/)];
    const [number, other] = [digits.replace(/^0+/, ''), more.replace(/^0+/, '')];
    if (number.length !== other.length) return number.length - other.length;
    if (number !== other) return number < other ? -1 : 1;
    left = left.slice(digits.length);
    right = right.slice(more.length);
  }
  return 0;
}

function leading(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[0] ?? '';
}

/** `~` before the end of a part, that before letters, those before everything else. */
function orderOf(character: string | undefined): number {
  if (character === undefined || /\d/.test(character)) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
