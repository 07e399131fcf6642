import { hostname } from 'node:os';
import { processKeyboard } from './cli/frame/keyboard.ts';
import { runProgram } from './cli/frame/run-program.ts';
import { processTerminal } from './cli/frame/terminal.ts';
import { buildProgram } from './cli/program.ts';
import { readFile } from './config/read-file.ts';
import { systemClock } from './node/system-clock.ts';

// The one place that reads the environment and owns the process.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means: now.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}

// Whoever reads has seen enough: `aegis sessions export | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const keyboard = processKeyboard(process.stdin);

process.exitCode = await runProgram(buildProgram, process.argv.slice(2), {
  terminal: processTerminal(process.stdout, process.stderr, process.env),
  env: process.env,
  cwd: process.cwd(),
  hostname: hostname(),
  clock: systemClock,
  readFile,
  signal: stop.signal,
  ...(keyboard === undefined ? {} : { keyboard }),
});
