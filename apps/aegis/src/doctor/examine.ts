import { resolve } from 'node:path';
import { configErrorText } from '../config/config-error.ts';
import { type ConfigInputs, loadConfig } from '../config/load-config.ts';
import { dataDir } from '../node/data-dir.ts';
import { MACHINE_CHECKS, NODE_CHECKS } from './all-checks.ts';
import { type Check, type Finding, fail, type MachineContext, ok, warn } from './check.ts';

export type NamedFinding = { readonly check: string } & Finding;

export type Examination = MachineContext & ConfigInputs;

/** Everything there is to say of this machine and, as far as its config is good, of the node on it. */
export async function examine(examination: Examination): Promise<readonly NamedFinding[]> {
  const machine = await runAll(MACHINE_CHECKS, examination);
  const loaded = loadConfig(examination);
  if (!loaded.ok) {
    const findings = loaded.error.flatMap((error) =>
      fail(configErrorText(error), '"aegis config example" shows every key and what it takes'),
    );
    return [...machine, ...named('config', findings)];
  }
  const { config, file, warnings } = loaded.value;
  const words = warnings.flatMap((warning) => warn(warning, 'see "aegis config print --sources"'));
  const dir = dataDir(resolve(examination.cwd, config.dataDir), config.pipeline.stream);
  return [
    ...machine,
    ...named('config', words.length > 0 ? words : ok('valid')),
    ...(await runAll(NODE_CHECKS, { ...examination, config, configFile: file, dir })),
  ];
}

/** One after the other, so that they do not disturb each other. One that throws could not look, which is a finding. */
async function runAll<Context>(
  checks: readonly Check<Context>[],
  context: Context,
): Promise<readonly NamedFinding[]> {
  const all: NamedFinding[] = [];
  for (const check of checks) {
    try {
      all.push(...named(check.name, await check.run(context)));
    } catch (error) {
      const what = `could not be checked: ${error instanceof Error ? error.message : String(error)}`;
      all.push(...named(check.name, fail(what, 'see whether the user of Aegis may read it')));
    }
  }
  return all;
}

function named(check: string, findings: readonly Finding[]): readonly NamedFinding[] {
  return findings.map((finding) => ({ check, ...finding }));
}
