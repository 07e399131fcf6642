import type { Logger } from '@aegis/model';
import type { Masker } from '@aegis/trail';
import { destination, type Logger as PinoLogger, pino } from 'pino';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
  /** Goes over every line; absent: nothing but secret fields is hidden. */
  readonly masker?: Masker | undefined;
}

/** What never reaches a log, wherever it stands in the fields. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'key',
  'token',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.authorization',
  '*.cookie',
];

/** Writes to standard error, so that standard output stays for answers. */
export function createLogger({ level, format, masker }: LogOptions): Logger {
  const target =
    format === 'pretty'
      ? { write: (line: string) => process.stderr.write(prettyLine(line)) }
      : destination({ fd: 2, sync: true });
  const write = (line: string): unknown => target.write(masker?.text(line) ?? line);
  return wrap(
    pino(
      {
        level,
        base: null,
        redact: { paths: SECRET_FIELDS, censor: '[hidden]' },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write },
    ),
  );
}

function wrap(log: PinoLogger): Logger {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => wrap(log.child(fields)),
  };
}

/** `02:10:31 warn  the words  key=value`: one line a person can read. Control characters are made visible. */
export function prettyLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = [String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(' ');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach a terminal.
  return `${line.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}\n`;
}
