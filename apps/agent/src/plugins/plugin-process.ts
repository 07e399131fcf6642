import { type ChildProcess, spawn } from 'node:child_process';
import {
  LineReader,
  LONGEST_LINE,
  type PluginSaid,
  readPluginLine,
  type ToldPlugin,
  writePluginLine,
} from '@aegis/fleet';
import type { LimitGroup } from '../limits/limit-group.ts';
import type { Limits } from '../limits/limits.ts';

export interface PluginProcessOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly state: unknown;
  readonly limits: Limits;
  readonly group: LimitGroup;
  readonly onSaid: (said: PluginSaid) => void;
  /** Told of lines that are none. */
  readonly onFault: (fault: string) => void;
  /** After a stop that is ignored, ms. */
  readonly killAfterMs: number;
}

/** How a process ended, in words; empty where it was told to. */
export type Ending = string;

const ERROR_BYTES = 2_048;
const MOST_BYTES_A_SECOND = 1_048_576;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** One that does not look at its standard input is asked by a signal, after this part of the time it has. */
const SIGNAL_AFTER = 0.2;
/**
 * A shell takes its place among the limits, lowers its own, and becomes the plugin: so there is no moment in which the
 * plugin runs without them. Arguments: open files, files to join, `--`, the command.
 */
const ENTER = `ulimit -c 0; ulimit -n "$1" || exit 126; shift
while [ "$1" != -- ]; do echo $$ > "$1" || exit 126; shift; done; shift
exec nice -n 10 "$@"`;

/** One run of a plugin's process, in a process group of its own. */
export class PluginProcess {
  readonly ended: Promise<Ending>;
  readonly #options: PluginProcessOptions;
  readonly #child: ChildProcess;
  #errors = '';
  #blame = '';
  #isStopping = false;

  constructor(options: PluginProcessOptions) {
    this.#options = options;
    const { command, limits, group, name, settings, state } = options;
    this.#child = spawn(
      '/bin/sh',
      ['-c', ENTER, name, String(limits.files), ...group.join, '--', ...command],
      {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { PATH, LANG: 'C.UTF-8' },
        cwd: '/',
      },
    );
    this.ended = this.#follow();
    this.#tell({ type: 'start', name, settings, state });
  }

  /** 0 where it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Tells it to end, and kills it where it does not. */
  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#tell({ type: 'stop' });
      this.#child.stdin?.end();
    }
    const { killAfterMs } = this.#options;
    const signal = setTimeout(() => this.#child.kill('SIGTERM'), killAfterMs * SIGNAL_AFTER);
    const late = setTimeout(() => this.#killAll(), killAfterMs);
    await this.ended;
    clearTimeout(signal);
    clearTimeout(late);
  }

  /** Ends it at once; the ending will say why. */
  kill(why: string): void {
    this.#blame ||= why;
    this.#killAll();
  }

  #killAll(): void {
    this.#options.group.killAll(this.pid);
    this.#child.kill('SIGKILL');
  }

  async #follow(): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const { onSaid, onFault } = this.#options;
    const reader = new LineReader(
      LONGEST_LINE,
      (line) => {
        const read = readPluginLine(line);
        if (read.ok) onSaid(read.value);
        else onFault(read.error);
      },
      () => onFault(`a line is longer than ${LONGEST_LINE} bytes`),
    );
    const { stdin, stdout, stderr } = this.#child;
    // Whoever says more waits until it is heard: reading it must not cost the agent more than the plugin.
    let heard = 0;
    const hearOn = setInterval(() => {
      heard = 0;
      stdout?.resume();
    }, 1_000);
    stdout?.on('data', (chunk: Buffer) => {
      heard += chunk.length;
      if (heard > MOST_BYTES_A_SECOND) stdout.pause();
      reader.push(chunk);
    });
    stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString('latin1')).slice(-ERROR_BYTES);
    });
    // It may have closed its end already.
    stdin?.on('error', () => {});
    this.#child.once('error', (error) => resolve(`cannot be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => resolve(this.#endingOf(code, signal)));
    const ending = await promise;
    // What it started must not outlive it.
    this.#options.group.killAll(this.pid);
    clearInterval(hearOn);
    stdout?.destroy();
    stderr?.destroy();
    return ending;
  }

  #endingOf(code: number | null, signal: string | null): Ending {
    if (this.#blame !== '') return this.#blame;
    const reason = this.#options.group.intervened();
    if (reason === 'memory') return `memory: over its cap of ${this.#options.limits.memory} bytes`;
    if (this.#isStopping) return '';
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    const lastLine = this.#errors.trimEnd().split('\n').at(-1) ?? '';
    const extra = reason === '' ? '' : `; processes: reached its cap of ${this.#options.limits.processes}`;
    return `${how}${lastLine === '' ? '' : `: ${lastLine.slice(0, 300)}`}${extra}`;
  }

  #tell(told: ToldPlugin): void {
    const { stdin } = this.#child;
    if (stdin?.writable === true) stdin.write(writePluginLine(told));
  }
}
