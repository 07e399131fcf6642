import { parseDuration } from '@aegis/model';
import { z } from 'zod';

/** How an agent may be reached by: a WebSocket is told of changes at once, plain HTTP asks. */
const TRANSPORTS = ['auto', 'websocket', 'http'] as const;
const LIMIT_KINDS = ['auto', 'v2', 'v1', 'none'] as const;

/** What the owner of a host sets. */
export interface AgentSettings {
  readonly server: string;
  readonly orderUrl: string;
  readonly keyFile: string;
  readonly fleetKeyFile: string;
  readonly stateDir: string;
  readonly groups: readonly string[];
  readonly room: string;
  readonly transport: (typeof TRANSPORTS)[number];
  readonly heartbeatMs: number;
  readonly provenMs: number;
  readonly bufferBytes: number;
  readonly limitKind: (typeof LIMIT_KINDS)[number];
  readonly pluginMemory: number;
  readonly pluginCpu: number;
  readonly pluginProcesses: number;
  readonly pluginFiles: number;
  readonly budgetMemory: number;
  readonly budgetCpu: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** One documented setting: its key in the file, its variable `AEGIS_AGENT_<KEY>`. */
export interface AgentSetting<T> {
  readonly key: string;
  readonly doc: string;
  /** As one writes it. */
  readonly initial: string | number | readonly string[];
  readonly schema: z.ZodType<T>;
}

const SIZES: Readonly<Record<string, number>> = { KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 };
const SIZE = /^(\d{1,6})(KiB|MiB|GiB)$/;

const text = (pattern: RegExp, error: string): z.ZodType<string> =>
  z.string({ error }).regex(pattern, { error });
const whole = (min: number, max: number): z.ZodType<number> => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};
const measure = (error: string, parse: (written: string) => number | undefined): z.ZodType<number> =>
  z.string({ error }).transform((written, context) => {
    const value = parse(written);
    if (value !== undefined) return value;
    context.addIssue(error);
    return z.NEVER;
  });
const size: z.ZodType<number> = measure('expected a size such as 64MiB (units KiB, MiB, GiB)', (written) => {
  const [, digits, unit = ''] = SIZE.exec(written) ?? [];
  return digits === undefined ? undefined : Number(digits) * (SIZES[unit] ?? 0);
});
const duration: z.ZodType<number> = measure(
  'expected a duration such as 30s (units ms, s, m, h, d)',
  parseDuration,
);
const choice = <const T extends string>(choices: readonly T[]): z.ZodType<T> =>
  z.enum(choices, { error: `expected one of ${choices.join(', ')}` }) as unknown as z.ZodType<T>;
const path: z.ZodType<string> = text(/^.{0,4096}$/s, 'expected a path');
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const NAMES_EXPECTED = 'expected a list of names, of letters, digits, dots and dashes';

/** Every setting, in the order of the reference. */
export const AGENT_SETTINGS: { readonly [K in keyof AgentSettings]: AgentSetting<AgentSettings[K]> } = {
  server: {
    key: 'server',
    doc: 'Where the fleet server speaks OpAMP.',
    initial: 'http://127.0.0.1:4320/v1/opamp',
    schema: text(/^https?:\/\/.{1,500}$/, 'expected a URL such as https://fleet.example/v1/opamp'),
  },
  orderUrl: {
    key: 'order_url',
    doc: 'Where the order to halt lies, for when the server is away; empty: /v1/fleet/order on the server.',
    initial: '',
    schema: text(/^(https?:\/\/.{1,500})?$/, 'expected a URL, or nothing'),
  },
  keyFile: {
    key: 'key_file',
    doc: 'The API key of the role agent.',
    initial: '/etc/aegis-agent/key',
    schema: path,
  },
  fleetKeyFile: {
    key: 'fleet_key_file',
    doc: "The fleet's public key (fleet.pub of a node's data directory): orders to halt are believed if it signed them.",
    initial: '/etc/aegis-agent/fleet.pub',
    schema: path,
  },
  stateDir: {
    key: 'state_dir',
    doc: 'What the agent must know again after a restart.',
    initial: '/var/lib/aegis-agent',
    schema: path,
  },
  groups: {
    key: 'groups',
    doc: 'Groups that this host is in; config is given to groups.',
    initial: [],
    schema: z.array(text(NAME, NAMES_EXPECTED), { error: NAMES_EXPECTED }).max(64),
  },
  room: {
    key: 'room',
    doc: 'Where it stands.',
    initial: '',
    schema: text(/^([A-Za-z0-9][A-Za-z0-9._-]{0,127})?$/, 'expected a name'),
  },
  transport: {
    key: 'transport',
    doc: 'auto: a WebSocket, and plain HTTP where something on the way lets none through.',
    initial: 'auto',
    schema: choice(TRANSPORTS),
  },
  heartbeatMs: { key: 'heartbeat', doc: 'Between two reports at most.', initial: '30s', schema: duration },
  provenMs: {
    key: 'proven_after',
    doc: 'A plugin that has run for this long without a failure is good, and so are its settings.',
    initial: '30s',
    schema: duration,
  },
  bufferBytes: {
    key: 'buffer',
    doc: 'Findings kept on disk while no server takes them; more are dropped and counted.',
    initial: '16MiB',
    schema: size,
  },
  limitKind: {
    key: 'limits',
    doc: 'What holds the limits of plugins: control groups v2 or v1, or none: then they are looked at.',
    initial: 'auto',
    schema: choice(LIMIT_KINDS),
  },
  pluginMemory: {
    key: 'plugin_memory',
    doc: 'Memory of one plugin, at most.',
    initial: '128MiB',
    schema: size,
  },
  pluginCpu: {
    key: 'plugin_cpu',
    doc: 'Percent of one core for one plugin, at most.',
    initial: 10,
    schema: whole(1, 100),
  },
  pluginProcesses: {
    key: 'plugin_processes',
    doc: 'Processes and threads of one plugin, at most.',
    initial: 32,
    schema: whole(1, 4_096),
  },
  pluginFiles: {
    key: 'plugin_files',
    doc: 'Open files of each process of a plugin, at most.',
    initial: 256,
    schema: whole(16, 65_536),
  },
  budgetMemory: {
    key: 'budget_memory',
    doc: 'Memory of the agent and all plugins; beyond it all are stopped for a while.',
    initial: '768MiB',
    schema: size,
  },
  budgetCpu: {
    key: 'budget_cpu',
    doc: 'Percent of one core for the agent and all plugins, lasting; beyond it all are stopped for a while.',
    initial: 50,
    schema: whole(1, 6_400),
  },
  logLevel: {
    key: 'log_level',
    doc: 'What is logged.',
    initial: 'info',
    schema: choice(['debug', 'info', 'warn', 'error']),
  },
};
