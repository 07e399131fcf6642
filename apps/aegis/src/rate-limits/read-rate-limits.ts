import { parseRateDomain, type RateDomains, type RateLevel } from '@aegis/guard';
import { Result } from '@aegis/model';
import type { ConfigError } from '../config/config-error.ts';
import type { ReadFile } from '../config/read-file.ts';
import { CONFIG_FILE_LIMIT, readYamlFile, type YamlWords } from '../config/yaml-file.ts';

const WORDS: YamlWords = Object.freeze({
  what: 'a file of rate limits',
  beginning: '"domain: web" and "descriptors:" with "- key: remote_address" below it',
});

/** A domain from each file. Every error says its file and line; a domain is in one file. */
export function readRateLimits(
  files: readonly string[],
  readFile: ReadFile,
): Result<RateDomains, readonly ConfigError[]> {
  const domains = new Map<string, RateLevel>();
  const errors: ConfigError[] = [];
  for (const file of files) {
    const bytes = readFile(file, CONFIG_FILE_LIMIT);
    if (!bytes.ok) {
      errors.push({ kind: 'unreadable', message: `${file} ${bytes.error.message}` });
      continue;
    }
    const read = readYamlFile(file, bytes.value, WORDS);
    if (!read.ok) {
      errors.push(...read.error);
      continue;
    }
    const { tree, locate } = read.value;
    const wrong = (path: readonly (string | number)[], message: string): void => {
      const origin = { kind: 'file', file, ...locate(path, 'key') } as const;
      errors.push({ kind: 'bad_value', message, key: path.join('.'), origin });
    };
    const domain = parseRateDomain(tree);
    if (!domain.ok) for (const { path, message } of domain.error) wrong(path, message);
    else if (domains.has(domain.value.name)) wrong(['domain'], `${domain.value.name} is in another file too`);
    else domains.set(domain.value.name, domain.value.level);
  }
  return errors.length > 0 ? Result.err(errors) : Result.ok(domains);
}
