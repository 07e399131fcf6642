import { type GuardConfig, type GuardConfigError, parseGuardConfig } from '@aegis/guard';
import { Result } from '@aegis/model';
import { parse, TomlError } from 'smol-toml';
import type { ConfigError } from '../config/config-error.ts';
import { decodeUtf8 } from '../config/decode-utf8.ts';
import type { ReadFile } from '../config/read-file.ts';
import { CONFIG_FILE_LIMIT, readYamlFile } from '../config/yaml-file.ts';
import { locateInToml } from './locate-in-toml.ts';

type Locate = (path: GuardConfigError['path']) => { readonly line: number; readonly column: number };

interface Document {
  readonly tree: unknown;
  readonly locate: Locate;
}

/** The guard's own config file, TOML by its ending and YAML otherwise. Every error says its file and line. */
export function readGuardFile(file: string, readFile: ReadFile): Result<GuardConfig, readonly ConfigError[]> {
  const bytes = readFile(file, CONFIG_FILE_LIMIT);
  if (!bytes.ok) return Result.err([{ kind: 'unreadable', message: `${file} ${bytes.error.message}` }]);
  const document = file.endsWith('.toml') ? fromToml(file, bytes.value) : fromYaml(file, bytes.value);
  if (!document.ok) return document;
  const config = parseGuardConfig(document.value.tree);
  if (config.ok) return config;
  return Result.err(
    config.error.map(
      ({ path, message }): ConfigError => ({
        kind: 'bad_value',
        message,
        key: path.join('.'),
        origin: { kind: 'file', file, ...document.value.locate(path) },
      }),
    ),
  );
}

function fromYaml(file: string, bytes: Uint8Array): Result<Document, readonly ConfigError[]> {
  const read = readYamlFile(file, bytes);
  if (!read.ok) return read;
  const { tree, locate } = read.value;
  return Result.ok({ tree, locate: (path) => locate(path, 'key') });
}

function fromToml(file: string, bytes: Uint8Array): Result<Document, readonly ConfigError[]> {
  const syntax = (message: string, line: number, column: number): Result<never, readonly ConfigError[]> =>
    Result.err([{ kind: 'syntax', message, origin: { kind: 'file', file, line, column } }]);
  const text = decodeUtf8(bytes);
  if (!text.ok) return syntax(text.error.message, text.error.line, text.error.column);
  try {
    return Result.ok({ tree: parse(text.value), locate: (path) => locateInToml(text.value, path) });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message ends with a picture of the place.
    const [message = ''] = error.message.split('\n');
    return syntax(message, error.line, error.column);
  }
}
