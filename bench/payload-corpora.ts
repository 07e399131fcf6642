import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DATA = join(import.meta.dirname, '../../shared/data');

export interface Payload {
  readonly text: string;
  /** As it stands in the list. */
  readonly line: string;
  /** The parameter it was sent in, where the list gives one. */
  readonly part: string;
}

export interface Corpus {
  /** The attack class, or `easy` and `hard` for what is no attack. */
  readonly name: string;
  readonly payloads: readonly Payload[];
}

export function corporaPresent(): boolean {
  return existsSync(join(DATA, 'attacks'));
}

/** Lists of names and programs, which are no payloads, and pages cut into lines. */
const NO_PAYLOADS =
  /event_handlers|event-attributes|all-encodings|WITH_CONTEXT|MarioXSS|LDAP_attributes|^Commands-|useful-commands|shell-delimiters|shell-operators|template\.txt/;

const FOLDERS: readonly (readonly [name: string, folders: readonly string[], labels: readonly string[]])[] = [
  ['sql_injection', ['payloadsallthethings/sql-injection', 'fuzzdb/sql-injection'], ['sqli']],
  ['cross_site_scripting', ['payloadsallthethings/xss-injection', 'fuzzdb/xss'], ['xss']],
  ['command_execution', ['payloadsallthethings/command-injection', 'fuzzdb/os-cmd-execution'], ['cmdi']],
  [
    'path_traversal',
    ['payloadsallthethings/directory-traversal', 'fuzzdb/path-traversal'],
    ['path-traversal'],
  ],
  ['local_file_inclusion', ['payloadsallthethings/file-inclusion', 'fuzzdb/lfi'], []],
  ['template_injection', ['fuzzdb/server-side-include'], []],
  ['xxe_injection', ['payloadsallthethings/xxe-injection', 'fuzzdb/xml'], []],
  ['nosql_injection', ['payloadsallthethings/nosql-injection', 'fuzzdb/no-sql-injection'], []],
  ['ldap_injection', ['payloadsallthethings/ldap-injection', 'fuzzdb/ldap'], []],
  ['xpath_injection', ['fuzzdb/xpath'], []],
  ['open_redirect', ['payloadsallthethings/open-redirect'], []],
];

/** Every list of attacks by class, then ordinary values (`easy`) and ordinary texts that look like SQL (`hard`). */
export function corpora(): readonly Corpus[] {
  const labelled = labelledValues();
  const attacks = FOLDERS.map(([name, folders, labels]) => ({
    name,
    payloads: [
      ...folders.flatMap((folder) => folderLines(folder)),
      ...labels.flatMap((label) => labelled.get(label) ?? []),
    ].map(plain),
  }));
  return [
    ...attacks,
    { name: 'crlf_injection', payloads: lines('attacks/fuzzdb/http-protocol/crlf-injection.txt').map(plain) },
    { name: 'remote_file_inclusion', payloads: inclusions() },
    { name: 'easy', payloads: (labelled.get('norm') ?? []).map(plain) },
    {
      name: 'hard',
      payloads: lines('benign/libinjection-false-positives.txt')
        .filter((line) => !line.startsWith('#'))
        .map(plain),
    },
  ];
}

/** Rules were written looking at one half of the lines only; this is the other. */
export function isHeldOut({ line }: Payload): boolean {
  return ((createHash('sha256').update(line).digest()[0] as number) & 1) === 1;
}

/** Comments of the lists, lone words and metacharacters (`'`, `%26`, `asc`) say nothing about what they are for. */
export function saysSomething({ text }: Payload): boolean {
  return (
    !/^#\s?\w/.test(text) &&
    !/^\s*(?:%\w\w|&#?\w+;?|\W|\w)?\W{0,2}\s*$/.test(text) &&
    !/^[\w .-]*$/.test(text)
  );
}

function plain(line: string): Payload {
  return { text: line.replaceAll(/\{file\}/gi, 'etc/passwd'), line, part: 'q' };
}

function lines(path: string): readonly string[] {
  return readFileSync(join(DATA, path), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

function folderLines(folder: string): readonly string[] {
  return readdirSync(join(DATA, 'attacks', folder))
    .filter((file) => !NO_PAYLOADS.test(file))
    .flatMap((file) => lines(join('attacks', folder, file)));
}

/** The list gives whole request lines with a placeholder for the address; the parameters are sent one by one. */
function inclusions(): readonly Payload[] {
  return lines('attacks/fuzzdb/rfi/rfi.txt')
    .filter((line) => line.includes('XXpathXX'))
    .flatMap((line) => {
      const query = line.slice(line.indexOf('?') + 1).replaceAll('XXpathXX', 'http://203.0.113.7/c.txt');
      const pairs = query.split('&').map((pair) => pair.split(/=(.*)/s));
      return pairs
        .filter(([, value]) => value?.includes('203.0.113.7') === true)
        .map(([part = '', text = '']) => ({ text, line, part }));
    });
}

/** The rows of a CSV file (RFC 4180) of values and what they are. */
function labelledValues(): ReadonlyMap<string, readonly string[]> {
  const rows = readFileSync(join(DATA, 'attacks/http-params/payload_train.csv'), 'utf8').matchAll(
    /(?:^|\n)(?:"((?:[^"]|"")*)"|([^",\n]*)),"?\d+"?,"?([a-z-]+)"?,/g,
  );
  const found = new Map<string, string[]>();
  for (const [, quoted, bare = '', label = ''] of rows) {
    const values = found.get(label) ?? [];
    values.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    found.set(label, values);
  }
  return found;
}
