import { randomFillSync } from 'node:crypto';
import { runBoxPlugin } from './box/box-plugins.ts';

// The one place that reads the environment and owns the process.
const [command, name = ''] = process.argv.slice(2);
if (command === 'plugin') {
  // What an agent starts of itself: nothing but the plugin is loaded.
  if (!(await runBoxPlugin(name))) {
    process.stderr.write(`there is no plugin ${name} in the box\n`);
    process.exitCode = 2;
  }
} else {
  const { buildProgram } = await import('./cli/program.ts');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second signal means: now.
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  }
  const word = new Uint32Array(1);
  await buildProgram({
    env: process.env,
    write: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    exit(code) {
      process.exitCode = code;
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: { next: () => (randomFillSync(word)[0] as number) / 2 ** 32 },
    signal: stop.signal,
  }).parseAsync();
}
