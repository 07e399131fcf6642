import { z } from 'zod';
import type { Limits } from '../limits/limits.ts';

/** What the config of a host says of a plugin. */
export interface LocalPlugin {
  readonly enabled: boolean;
  /** Absent for one of the box. */
  readonly command?: readonly string[] | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly limits: Partial<Limits>;
}

/** What a server says of it: everything but what is executed. */
export type RemotePlugin = Partial<Omit<LocalPlugin, 'command'>>;

const settings = z.record(z.string(), z.unknown());
const limits: z.ZodType<Partial<Limits>> = z
  .strictObject({
    memory: z.int().positive(),
    cpu: z.number().positive(),
    processes: z.int().positive(),
    files: z.int().min(16),
  })
  .partial() as z.ZodType<Partial<Limits>>;

export const PluginName: z.ZodType<string> = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, {
  error: 'the name of a plugin is of lower-case letters, digits and dashes',
});

export const LocalPlugin: z.ZodType<LocalPlugin> = z.strictObject({
  enabled: z.boolean().default(true),
  command: z
    .array(z.string().min(1), { error: 'expected a list: the program, then its arguments' })
    .min(1)
    .optional(),
  settings: settings.default({}),
  limits: limits.default({}),
});

export const RemotePlugin: z.ZodType<RemotePlugin> = z
  .strictObject({ enabled: z.boolean(), settings, limits })
  .partial() as z.ZodType<RemotePlugin>;
