import { Result } from '@aegis/model';
import { z } from 'zod';
import { Finding } from '../findings/finding.ts';

/**
 * The protocol of plugins: JSON objects, one a line, UTF-8, at most {@link LONGEST_LINE} bytes. An agent writes to a
 * plugin's standard input, the plugin to its standard output; what it writes to standard error is shown when it dies.
 */
export type ToldPlugin =
  /** The first line. `state` is what the plugin last asked to be kept, null at first. */
  | {
      readonly type: 'start';
      readonly name: string;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly state: unknown;
    }
  /** To end by itself; ten seconds later it is killed. Standard input is closed after it. */
  | { readonly type: 'stop' };

export type PluginSaid =
  /** It works. Before that it may only say `refused` and `log`. */
  | { readonly type: 'ready' }
  /** Its settings are no good; it is to end now. */
  | { readonly type: 'refused'; readonly error: string }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'health'; readonly healthy: boolean; readonly text: string }
  /** Given back with the next `start`. */
  | { readonly type: 'state'; readonly state: unknown }
  | { readonly type: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };

/** Bytes, without the line feed. */
export const LONGEST_LINE = 65_536;

const text = z.string().max(1_000);
const PluginSaid: z.ZodType<PluginSaid> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('refused'), error: text }),
  z.strictObject({ type: z.literal('finding'), finding: Finding }),
  z.strictObject({ type: z.literal('health'), healthy: z.boolean(), text: text.default('') }),
  z.strictObject({ type: z.literal('state'), state: z.unknown() }),
  z.strictObject({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    message: text,
  }),
]);

const ToldPlugin: z.ZodType<ToldPlugin> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    name: z.string(),
    settings: z.record(z.string(), z.unknown()),
    state: z.unknown(),
  }),
  z.strictObject({ type: z.literal('stop') }),
]);

/** The error is for who writes plugins. */
export function readPluginLine(line: string): Result<PluginSaid, string> {
  let written: unknown;
  try {
    written = JSON.parse(line);
  } catch {
    return Result.err(`a line of a plugin is a JSON object; found ${JSON.stringify(line.slice(0, 80))}`);
  }
  const parsed = PluginSaid.safeParse(written);
  if (parsed.success) return Result.ok(parsed.data);
  const [issue] = parsed.error.issues;
  return Result.err(`${issue?.path.join('.') || 'a line of a plugin'}: ${issue?.message ?? 'is none'}`);
}

/** What an agent wrote; undefined where it is nothing that this version knows. */
export function readToldLine(line: string): ToldPlugin | undefined {
  try {
    return ToldPlugin.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

export function writePluginLine(message: ToldPlugin | PluginSaid): string {
  return `${JSON.stringify(message)}\n`;
}
