import { FILE_NAMES, type FileKind } from './file-names.ts';
import { literalScan } from './literal-scan.ts';

/** A file, folder or stream wrapper named in a value. */
export interface SensitiveFile {
  readonly indicator: string;
  readonly danger: number;
  /** 0-100, where nothing else in the value speaks for an attack. */
  readonly confidence: number;
  readonly at: number;
  readonly why: string;
}

const KINDS: Readonly<
  Record<
    FileKind,
    {
      readonly indicator: string;
      readonly danger: number;
      readonly confidence: number;
      readonly what: string;
    }
  >
> = {
  secret: { indicator: 'credential_file', danger: 75, confidence: 90, what: 'a file with credentials' },
  system: { indicator: 'system_file', danger: 65, confidence: 85, what: 'a file of the system' },
  log: { indicator: 'log_file', danger: 60, confidence: 75, what: 'a log that can be poisoned' },
  config: { indicator: 'configuration_file', danger: 60, confidence: 75, what: 'a configuration file' },
  wrapper: { indicator: 'stream_wrapper', danger: 75, confidence: 90, what: 'a stream wrapper' },
  code_wrapper: {
    indicator: 'code_stream_wrapper',
    danger: 92,
    confidence: 95,
    what: 'a wrapper that runs code',
  },
};

const ENTRIES: readonly (readonly [literal: string, kind: FileKind])[] = (
  Object.keys(FILE_NAMES) as FileKind[]
).flatMap((kind) => FILE_NAMES[kind].map((literal) => [literal, kind] as const));
/** Folders that everybody has: what counts is a file in them. */
const FOLDERS: ReadonlySet<string> = new Set(['/var/www/', 'program files\\', 'program files (x86)\\']);
const FILE_BELOW =
  /^[^\s"'<>|]{0,40}(?: [^\s"'<>|]{1,40}){0,3}\.(?:conf|ini|cnf|log|php\d?|inc|xml|ya?ml|json|config|env|txt|html?|sql|bak|aspx?|jsp|py|rb|sh|key|pem)(?:$|[\0%?#"' ])/;
/** One of these stands in every text in which {@link sensitiveFile} finds something but a whole name. */
export const FILE_LITERALS: readonly string[] = ENTRIES.map(([literal]) => literal);
const SCAN = literalScan(ENTRIES.map(([literal]) => literal));

/** Prose that only mentions a file ("edit your .htaccess file") has blanks around; a path has not. */
const LONGEST_PROSE_PATH = 160;

/**
 * The gravest of these names in a value. A request path itself (`requestPath`) may well be a file of the site:
 * there only files of the system count, not what stands in a web root.
 */
export function sensitiveFile(lower: string, requestPath: boolean): SensitiveFile | undefined {
  let best: SensitiveFile | undefined;
  SCAN.each(lower, (index, end) => {
    const [literal, kind] = ENTRIES[index] as (typeof ENTRIES)[number];
    const { indicator, danger, confidence, what } = KINDS[kind];
    if (requestPath && (kind === 'log' || kind === 'config')) return undefined;
    if (danger <= (best?.danger ?? 0)) return undefined;
    const at = end - literal.length;
    if (!standsAsPath(lower, at, end, kind)) return undefined;
    if (FOLDERS.has(literal) && !FILE_BELOW.test(lower.slice(end, end + 200))) return undefined;
    best = { indicator, danger, confidence, at, why: `${literal.trim()} is ${what}` };
    return undefined;
  });
  return best ?? (requestPath ? undefined : wholeName(lower));
}

/** Names that a value is only for somebody who wants the file: nobody searches for them by their path. */
const WHOLE_NAME =
  /^\s{0,4}(?:\.?\.?\/)?(?:\.env(?:\.\w{1,16})?|\.(?:git|svn|hg|aws|ssh)\/[\w./-]{2,60}|web-inf\/[\w./-]{2,80}|wp-config\.php[~\w.]{0,8})[\s\0]{0,4}$/;

function wholeName(lower: string): SensitiveFile | undefined {
  if (!WHOLE_NAME.test(lower)) return undefined;
  const { indicator, danger, confidence, what } = KINDS.config;
  return { indicator, danger, confidence, at: 0, why: `${lower.trim()} is ${what}` };
}

function standsAsPath(lower: string, at: number, end: number, kind: FileKind): boolean {
  if (kind === 'wrapper' || kind === 'code_wrapper')
    return at === 0 || !/[a-z0-9]/.test(lower[at - 1] as string);
  const start = lower[at] as string;
  const before = lower[at - 1];
  if (before !== undefined && /[a-z0-9]/.test(start) && /[a-z0-9_-]/.test(before)) return false;
  // A bare name is a search, or a file of the site itself.
  if (
    (kind === 'log' || kind === 'config') &&
    /[a-z]/.test(start) &&
    lower[at + 1] !== ':' &&
    before !== '/' &&
    before !== '\\'
  )
    return false;
  const window = lower.slice(Math.max(0, at - LONGEST_PROSE_PATH), at);
  // An address names files of other hosts: `https://docs.example/etc/passwd` is a page.
  const scheme = window.lastIndexOf('://');
  if (scheme >= 4 && /https?$/.test(window.slice(0, scheme))) return false;
  const words = /[a-z]{2,} [a-z/\\.~]{0,20}$/.test(window.slice(-30));
  return !(words && /^[\w./-]{0,60}(?:$|[ ,?])/.test(lower.slice(end, end + 64)));
}
