import { AegisError, type SessionInput } from '@aegis/model';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import type { Metrics } from '../node/metrics.ts';
import type { Intake } from '../node/services.ts';

/** Takes sessions in: onto the stream, durably, before anything is answered. */
export function createIntake(stream: Stream, group: ConsumerGroup, metrics: Metrics): Intake {
  return {
    async accept(sessions: readonly SessionInput[]): Promise<number> {
      if (sessions.length === 0) return 0;
      try {
        await stream.append(sessions.map((session) => JSON.stringify(session)));
      } catch (cause) {
        if (cause instanceof AegisError && cause.code === 'stream_full') {
          throw new AegisError(
            'intake_full',
            'analysis is behind and the backlog is at its bound; send again later',
            { cause },
          );
        }
        throw cause;
      }
      metrics.sessionsAccepted.inc(sessions.length);
      return sessions.length;
    },
    backlog: () => group.stats(),
  };
}
