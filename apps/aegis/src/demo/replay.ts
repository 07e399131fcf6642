import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, SessionInput } from '@aegis/model';
import { ProgressBar } from '../cli/frame/progress-bar.ts';
import type { TerminalStream } from '../cli/frame/terminal.ts';
import type { ApiClient } from '../client/index.ts';
import { secureRandom } from '../node/secure-random.ts';

export interface ReplayOptions {
  /** As a sensor. */
  readonly sensor: ApiClient;
  /** For the backlog. */
  readonly viewer: ApiClient;
  readonly stream: TerminalStream;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Sessions sent together: few enough for the bar to move. */
const CHUNK = 50;

/** Sends every session as a sensor would and waits until the last one is analysed. */
export async function replay(sessions: readonly SessionInput[], options: ReplayOptions): Promise<void> {
  const { sensor, viewer, stream, clock, signal } = options;
  const total = sessions.length;
  const bar = new ProgressBar({ stream, clock, label: 'replaying and analysing', unit: 'sessions', total });
  const analysed = async (sent: number): Promise<number> => {
    const { waiting, pending } = (await viewer.node()).backlog;
    return sent - waiting - pending;
  };
  for (let sent = 0; sent < total && !signal.aborted; sent += CHUNK) {
    const chunk = sessions.slice(sent, sent + CHUNK);
    for await (const { rejected } of sensor.pushSessions(chunk, { clock, random: secureRandom, signal })) {
      for (const { message } of rejected) stream.write(`a session was refused: ${message}\n`);
    }
    bar.update(await analysed(Math.min(total, sent + CHUNK)));
  }
  for (let done = 0; done < total && !signal.aborted; await sleep(50)) {
    done = await analysed(total);
    bar.update(done);
  }
  bar.finish();
}
