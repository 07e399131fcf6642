import { type Environment, variable } from './environment.ts';
import type { AnySection, Form, Written } from './setting.ts';
import { type Placed, pathText, settingsOf } from './setting-tree.ts';
import { suggest } from './suggest.ts';

export interface Override {
  readonly path: readonly string[];
  readonly value: Written;
  readonly variable: string;
}

export interface Overrides {
  readonly overrides: readonly Override[];
  readonly warnings: readonly string[];
}

/** Variables of the program that are no settings. */
const OTHERS = [
  'AEGIS_CONFIG',
  'AEGIS_API_KEY',
  'AEGIS_API_KEY_FILE',
  'AEGIS_REDIS_PASSWORD',
  'AEGIS_REDIS_PASSWORD_FILE',
  'AEGIS_MESH_TOKEN',
  'AEGIS_MESH_TOKEN_FILE',
  'AEGIS_TLS_CA_FILE',
  'AEGIS_TLS_CERT_FILE',
  'AEGIS_TLS_KEY_FILE',
  'AEGIS_REGISTRY_PASSWORD',
  'AEGIS_REGISTRY_PASSWORD_FILE',
  'AEGIS_LEDGER_PASSWORD',
  'AEGIS_LEDGER_PASSWORD_FILE',
  'AEGIS_MEMORY_PASSWORD',
  'AEGIS_MEMORY_PASSWORD_FILE',
  'AEGIS_QUEUES_PASSWORD',
  'AEGIS_QUEUES_PASSWORD_FILE',
];

/** `AEGIS_HTTP_LIMITS_BODY` for `http.limits.body`. */
export function variableOf(path: readonly string[]): string {
  return ['AEGIS', ...path].join('_').toUpperCase();
}

/** What the environment says of the settings under `root`, and what in it deserves a word. Pure. */
export function readOverrides(root: AnySection, env: Environment): Overrides {
  const settings = settingsOf(root);
  const warnings: string[] = [];
  const overrides = settings
    .map((placed) => overrideOf(placed, env, warnings))
    .filter((override) => override !== undefined);
  warnings.push(...unknownVariables(settings, env));
  return { overrides, warnings };
}

function overrideOf({ path, setting }: Placed, env: Environment, warnings: string[]): Override | undefined {
  let found: Override | undefined;
  let foundText = '';
  for (const name of [variableOf(path), ...setting.variables]) {
    const text = variable(env, name);
    if (text === undefined) continue;
    if (isServiceLink(name, text)) {
      warnings.push(
        `${name} is ignored: ${text.slice(0, 60)} is a Kubernetes service link, not a setting of Aegis`,
      );
    } else if (found === undefined) {
      found = { path, value: fromText(setting.form, text), variable: name };
      foundText = text;
    } else if (text !== foundText) {
      warnings.push(`${name} is ignored: ${found.variable} says otherwise for ${pathText(path)}`);
    }
  }
  return found;
}

/** Kubernetes gives every pod `<SERVICE>_PORT=tcp://10.0.0.1:80` for each Service beside it. */
function isServiceLink(name: string, text: string): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}

/** Text that does not fit stays text: the schema then says what would be right. */
function fromText(form: Form, text: string): Written {
  const bare = text.trim();
  switch (form) {
    case 'text':
      return bare;
    case 'number':
      return /^-?\d{1,15}$/.test(bare) ? Number(bare) : bare;
    case 'flag':
      if (/^(true|yes|on|1)$/i.test(bare)) return true;
      return /^(false|no|off|0)$/i.test(bare) ? false : bare;
    case 'list':
      return bare === 'none' ? [] : bare.split(/[\s,]+/).filter((item) => item !== '');
    case 'json':
      return fromJson(bare);
  }
}

function fromJson(text: string): Written {
  try {
    return JSON.parse(text) as Written;
  } catch {
    return text;
  }
}

function unknownVariables(settings: readonly Placed[], env: Environment): readonly string[] {
  const known = [...settings.map(({ path }) => variableOf(path)), ...OTHERS];
  return Object.keys(env)
    .filter((name) => name.startsWith('AEGIS_') && variable(env, name) !== undefined)
    .filter((name) => !known.includes(name) && !isFromKubernetes(name, env[name] ?? ''))
    .sort()
    .map((name) => {
      const meant = suggest(name, known);
      return `${name} is set but names no setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    });
}

function isFromKubernetes(name: string, text: string): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_|$)/.test(name) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name) ||
    isServiceLink(name, text)
  );
}
