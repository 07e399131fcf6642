import { Argument, Command, InvalidArgumentError } from 'commander';
import { createApiClient } from '../client/index.ts';
import { loadConfig } from '../config/load-config.ts';
import { startDemoNode } from '../demo/demo-node.ts';
import { demoReport, gather } from '../demo/findings.ts';
import { loadRecording } from '../demo/recording.ts';
import { replay } from '../demo/replay.ts';
import { summaryLines } from '../demo/summary-lines.ts';
import type { StartedNode } from '../node/start-node.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount } from './frame/format.ts';
import { type Output, outputFor } from './frame/output.ts';
import { guardDemo } from './guard-demo.ts';
import { untilAborted } from './until-aborted.ts';

interface DemoOptions {
  readonly exit?: boolean;
  readonly json?: boolean;
  readonly seconds?: number;
}

/** `aegis demo`: a node that meets recorded attacks, in a minute and without traces. */
export function demoCommand(context: CommandContext): Command {
  return new Command('demo')
    .description('see it work: a node in a temporary directory meets recorded attacks of real tools')
    .addArgument(
      new Argument(
        '[part]',
        'guard: a chat server under siege, 200 honest members behind one address',
      ).choices(['guard']),
    )
    .option('--exit', 'stop after the summary')
    .option('--json', 'the outcome as one JSON line')
    .option('--seconds <n>', 'of guard: how long the siege lasts, 15 to 600; default 25', siegeSeconds)
    .addHelpText(
      'after',
      `
Examples:
  aegis demo                 replay, tell, and keep running
  aegis demo --exit --json   one JSON line for scripts
  aegis demo guard           abuse protection in half a minute; ends by itself

The exit code is 1 when an ordinary client is refused.`,
    )
    .action(async (part: 'guard' | undefined, options: DemoOptions) => {
      if (part === 'guard') return guardDemo(context, options);
      if (options.seconds !== undefined)
        throw new CommandError(EXIT_CODES.usage, 'usage', '--seconds is for "aegis demo guard" only');
      const { clock, terminal, signal } = context;
      const output = outputFor(terminal, options);
      const began = clock.monotonic();
      const recording = loadRecording(clock.now());
      const clients = Object.values(recording.clients);
      const attackTools = new Set(
        clients.filter(({ kind }) => kind === 'attack').flatMap(({ tools }) => tools),
      );
      output.note(
        `${formatCount(recording.sessions.length)} sessions of ${attackTools.size} attack tools and of ordinary clients, recorded ${recording.recordedAt.slice(0, 10)}`,
      );
      const node = await startDemoNode(defaultConfig(context), clock);
      try {
        const key = node.firstAdminKey ?? '';
        const client = createApiClient({ baseUrl: node.api, key });
        const sensor = await client.createKey({ name: 'demo-sensor', role: 'sensor' });
        await replay(recording.sessions, {
          sensor: createApiClient({ baseUrl: node.api, key: sensor.key }),
          viewer: client,
          stream: terminal.stderr,
          clock,
          signal,
        });
        // Half a replay proves nothing.
        if (signal.aborted)
          throw new CommandError(
            EXIT_CODES.interrupted,
            'interrupted',
            'interrupted before the replay ended',
          );
        const findings = await gather(recording, client);
        const report = demoReport(findings, (clock.monotonic() - began) / 1_000);
        output.answer(report, (style) => summaryLines(findings, recording, output.width, style));
        if (findings.verification.wronged.length > 0 || findings.verification.refused.length === 0)
          context.exit(EXIT_CODES.failed);
        if (options.exit !== true && !signal.aborted) {
          invite(node, key, findings.verification.refused[0] ?? '192.0.2.1', output);
          await untilAborted(signal);
        }
      } finally {
        await node.stop();
      }
    });
}

/** Whatever is configured on this machine is left out: the demo is the same everywhere. */
function defaultConfig({ cwd, hostname }: CommandContext) {
  const loaded = loadConfig({
    env: {},
    cwd,
    hostname,
    readFile: () => ({ ok: false, error: { kind: 'missing', message: '' } }),
  });
  if (loaded.ok) return loaded.value.config;
  throw new CommandError(EXIT_CODES.failed, 'bad_defaults', 'the default config does not hold');
}

function invite({ api, decoy }: StartedNode, key: string, refused: string, { style, note }: Output): void {
  const { accent, faint, strong } = style;
  for (const line of [
    '',
    strong('It keeps running. Look around:'),
    `  console  ${accent(`${api}/console`)}`,
    `  API      ${accent(`${api}/openapi.json`)}`,
    ...(decoy === undefined
      ? []
      : [`  decoy    ${accent(decoy)}  ${faint('visit it and become a session')}`]),
    `  key      ${key}  ${faint('(admin; it ends with the demo)')}`,
    '',
    faint('Why is this address refused?'),
    `  curl -sH 'Authorization: Bearer ${key}' '${api}/v1/check?address=${refused}&explain=true'`,
    '',
    faint('Ctrl-C ends it and removes everything.'),
  ]) {
    note(line);
  }
}

/** Shorter, and the flooder has no time to be shadow banned. */
function siegeSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 15 && seconds <= 600)) throw new InvalidArgumentError('expected 15 to 600');
  return seconds;
}
