import { Result } from '@aegis/model';
import { z } from 'zod';
import { lowerOf } from '../limits/limits.ts';
import type { PluginPlan } from '../plugins/plugin-plan.ts';
import type { AgentConfig } from './load-config.ts';
import { PluginName, RemotePlugin } from './plugin-settings.ts';

/** What a server wants this agent to have. */
export interface RemoteConfig {
  readonly log_level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
  readonly plugins?: Readonly<Record<string, RemotePlugin>> | undefined;
}

const RemoteConfig: z.ZodType<RemoteConfig> = z.strictObject({
  log_level: z.enum(['debug', 'info', 'warn', 'error']).optional(),
  plugins: z.record(PluginName, RemotePlugin).optional(),
});

/** The error is for the operator of the fleet. */
export function readRemoteConfig(body: Uint8Array): Result<RemoteConfig, string> {
  let written: unknown;
  try {
    written = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
  } catch {
    return Result.err('this agent reads JSON, and this is none');
  }
  const parsed = RemoteConfig.safeParse(written);
  if (parsed.success) return Result.ok(parsed.data);
  const issues = parsed.error.issues.slice(0, 5);
  return Result.err(
    issues.map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`).join('; '),
  );
}

/**
 * The plugins that are to run. A server turns on and off what this host has, sets it, and lowers its limits; it cannot
 * raise a limit, and it cannot name a program: whoever takes over a server must not run what they like everywhere.
 */
export function plansFor(
  { settings, plugins }: AgentConfig,
  remote: RemoteConfig,
  commandOf: (name: string) => readonly string[] | undefined,
): Result<readonly PluginPlan[], string> {
  const said = new Map(Object.entries(remote.plugins ?? {}));
  const plans: PluginPlan[] = [];
  for (const name of new Set([...plugins.keys(), ...said.keys()])) {
    const local = plugins.get(name);
    const wanted = said.get(name);
    const command = local?.command ?? commandOf(name);
    if (command === undefined) return Result.err(`plugins.${name}: this host has no plugin of this name`);
    const ceiling = {
      memory: settings.pluginMemory,
      cpu: settings.pluginCpu,
      processes: settings.pluginProcesses,
      files: settings.pluginFiles,
    };
    // What the owner of the host has turned off stays off.
    if (local?.enabled === false || !(wanted?.enabled ?? local !== undefined)) continue;
    plans.push({
      name,
      command,
      settings: { ...local?.settings, ...wanted?.settings },
      limits: lowerOf(lowerOf(ceiling, local?.limits ?? {}), wanted?.limits ?? {}),
    });
  }
  return Result.ok(plans);
}
