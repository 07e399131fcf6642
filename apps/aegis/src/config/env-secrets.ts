import { Result } from '@aegis/model';
import type { ConfigError } from './config-error.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { type Environment, variable } from './environment.ts';
import type { ReadFile } from './read-file.ts';
import { Secret } from './secret.ts';

/** What the program must keep to itself. Apart from the config, which may be printed. */
export interface Secrets {
  /** The key with which commands speak to a running node. */
  readonly apiKey?: Secret;
  readonly redisPassword?: Secret;
  /** With which this node takes part in a mesh. */
  readonly meshToken?: Secret;
  readonly ledgerPassword?: Secret;
  readonly memoryPassword?: Secret;
  readonly registryPassword?: Secret;
  readonly queuesPassword?: Secret;
}

/** A secret is a key or a token: longer text is a mistake. */
const SECRET_LIMIT = 8192;

const SECRETS: Readonly<Record<keyof Secrets, string>> = {
  apiKey: 'AEGIS_API_KEY',
  redisPassword: 'AEGIS_REDIS_PASSWORD',
  meshToken: 'AEGIS_MESH_TOKEN',
  ledgerPassword: 'AEGIS_LEDGER_PASSWORD',
  memoryPassword: 'AEGIS_MEMORY_PASSWORD',
  registryPassword: 'AEGIS_REGISTRY_PASSWORD',
  queuesPassword: 'AEGIS_QUEUES_PASSWORD',
};

/** `AEGIS_API_KEY`, or the first line of the file that `AEGIS_API_KEY_FILE` names; so for each. Pure over its inputs. */
export function readSecrets(env: Environment, readFile: ReadFile): Result<Secrets, readonly ConfigError[]> {
  const errors: ConfigError[] = [];
  const secrets: { -readonly [K in keyof Secrets]: Secret } = {};
  for (const [member, name] of Object.entries(SECRETS) as [keyof Secrets, string][]) {
    const secret = readSecret(name, env, readFile);
    if (!secret.ok) errors.push(secret.error);
    else if (secret.value !== undefined) secrets[member] = secret.value;
  }
  return errors.length === 0 ? Result.ok(secrets) : Result.err(errors);
}

function readSecret(
  name: string,
  env: Environment,
  readFile: ReadFile,
): Result<Secret | undefined, ConfigError> {
  const fileVariable = `${name}_FILE`;
  const direct = variable(env, name);
  const file = variable(env, fileVariable);
  const bad = (variableName: string, message: string): Result<never, ConfigError> =>
    Result.err({ kind: 'bad_secret', message, origin: { kind: 'variable', variable: variableName } });
  if (direct !== undefined && file !== undefined) return bad(name, `set this or ${fileVariable}, not both`);
  if (direct !== undefined) {
    return isSecretText(direct) ? Result.ok(new Secret(direct)) : bad(name, UNFIT);
  }
  if (file === undefined) return Result.ok(undefined);
  const bytes = readFile(file, SECRET_LIMIT);
  if (!bytes.ok) return bad(fileVariable, `${file} ${bytes.error.message}`);
  const decoded = decodeUtf8(bytes.value);
  const text = decoded.ok ? decoded.value.replace(/\r?\n$/, '') : '';
  return isSecretText(text) ? Result.ok(new Secret(text)) : bad(fileVariable, `${file}: ${UNFIT}`);
}

const UNFIT = 'expected one line of 1 to 8192 printable ASCII characters without spaces';

function isSecretText(text: string): boolean {
  return text.length <= SECRET_LIMIT && /^[!-~]+$/.test(text);
}
