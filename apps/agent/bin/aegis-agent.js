#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on. The agent itself needs Node 24: where this one is older, the Node that
// npm installed beside Aegis (the package `node`) runs it instead.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  // Stripped and compiled sources are kept between runs, which halves the time to start.
  nodeModule.enableCompileCache();
  await import('../src/main.ts');
} else {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(
      `aegis-agent needs Node ${NEEDED} or newer; this is ${process.version} and none is installed beside Aegis.\n` +
        'Run "npm install" in the directory of Aegis, or start it with a newer Node.\n',
    );
    process.exitCode = 1;
  } else runWith(node);
}

/** The program file of the `node` package, wherever npm has put it. */
function pinnedNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve('node/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    const file = join(dirname(manifest), bin.node);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Stands aside for the child: its streams, its signals, its end are this process's. */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  const isAtTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C and Ctrl-\ to both of us; a second one would mean "at once" to the child.
      const hasIt = isAtTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!hasIt) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`aegis-agent: ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}
