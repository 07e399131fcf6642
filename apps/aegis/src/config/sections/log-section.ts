import type { Section } from '../setting.ts';
import { choice } from '../setting-kinds.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: 'pretty' | 'json';
}

export const logSection: Section<LogSettings> = {
  is: 'section',
  key: 'log',
  doc: 'What the node says about itself, on standard error.',
  members: {
    level: choice({
      key: 'level',
      doc: 'The least grave line that is written.',
      cost: 'debug writes several lines per session, with text that attackers wrote; use it to look for something, then go back.',
      initial: 'info',
      choices: LOG_LEVELS,
      variables: ['LOG_LEVEL'],
    }),
    format: choice({
      key: 'format',
      doc: 'pretty is for people at a terminal, json for a log collector: one object a line.',
      initial: 'pretty',
      choices: ['pretty', 'json'],
    }),
  },
};
