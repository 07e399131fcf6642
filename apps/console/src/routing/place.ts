/** The pages, in the order of the navigation. */
export const PAGES = [
  'overview',
  'sessions',
  'decisions',
  'policies',
  'memory',
  'servers',
  'guard',
  'fleet',
  'audit',
  'feeds',
  'settings',
] as const;
export type PageName = (typeof PAGES)[number];

/** What one must be allowed to, for a page to say anything. */
const NEEDED: Readonly<Record<PageName, string>> = {
  overview: 'sessions:read',
  sessions: 'sessions:read',
  decisions: 'decisions:read',
  policies: 'policy:read',
  memory: 'memory:read',
  servers: 'memory:read',
  guard: 'guard:read',
  fleet: 'fleet:read',
  audit: 'audit:read',
  feeds: 'feeds:read',
  settings: 'node:read',
};

export function mayPage(page: PageName, permissions: readonly string[]): boolean {
  return permissions.includes(NEEDED[page]);
}

/** Where in the console one is: a page, one thing of it, and how it is filtered. */
export interface Place {
  readonly page: PageName;
  /** Which session, address, server, agent …; empty for the page itself. */
  readonly name: string;
  readonly filter: Readonly<Record<string, string>>;
}

/** `#/sessions/abc?level=HIGH` */
export function hashOf(page: PageName, name = '', filter: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
  return `#/${page}${name === '' ? '' : `/${encodeURIComponent(name)}`}${query === '' ? '' : `?${query}`}`;
}

/** The overview for what is no place. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\//, '').split(/\?(.*)/s);
  const [first = '', name = ''] = path.split('/');
  const page = PAGES.find((each) => each === first) ?? 'overview';
  return { page, name: decoded(name), filter: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
