import type { Clock, Logger } from '@aegis/model';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** A logger whose level a server may change. */
export interface AgentLogger extends Logger {
  setLevel(level: LogLevel): void;
}

/** JSON lines: for a journal, which keeps the time as well. */
export function agentLogger(write: (line: string) => void, clock: Clock): AgentLogger {
  let least = 0;
  const loggerWith = (bound: Record<string, unknown>): AgentLogger => {
    const say =
      (level: LogLevel) =>
      (fields: Record<string, unknown>, msg: string): void => {
        if (LEVELS.indexOf(level) < least) return;
        const time = new Date(clock.now()).toISOString();
        write(`${JSON.stringify({ level, time, ...bound, ...fields, msg })}\n`);
      };
    return {
      ...{ debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
      child: (fields) => loggerWith({ ...bound, ...fields }),
      setLevel(level) {
        least = LEVELS.indexOf(level);
      },
    };
  };
  const logger = loggerWith({});
  logger.setLevel('info');
  return logger;
}
