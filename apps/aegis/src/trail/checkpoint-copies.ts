import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSyslog } from '@aegis/syslog';

/** Another place that checkpoints are copied to. */
export interface CheckpointCopy {
  readonly name: string;
  /** Rejects where it is not there now; it will be tried again. */
  put(line: string): Promise<void>;
}

/** A checkpoint as one line of ASCII, for files and syslog alike. */
export function copyLine(text: string): string {
  return JSON.stringify({ checkpoint: text }).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The checkpoints in a file of copies, or in a log that a syslog server wrote. */
export function copiesIn(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => {
    const from = line.indexOf('{"checkpoint":');
    if (from === -1) return [];
    try {
      const { checkpoint } = JSON.parse(line.slice(from)) as { readonly checkpoint?: unknown };
      return typeof checkpoint === 'string' ? [checkpoint] : [];
    } catch {
      return [];
    }
  });
}

export function folderCopy(folder: string, node: string): CheckpointCopy {
  return {
    name: folder,
    async put(line) {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, `${node}.checkpoints`), `${line}\n`, { flush: true });
    },
  };
}

/** Log audit and informational: RFC 5424, section 6.2.1. */
const FACILITY = 13;
const SEVERITY = 6;

/** `server` and `caFile` as the config has them. */
export function syslogCopy(server: string, node: string, now: () => number, caFile: string): CheckpointCopy {
  const syslog = openSyslog({ server, caFile, host: node });
  return {
    name: server,
    put: (text) =>
      syslog.send({ facility: FACILITY, severity: SEVERITY, at: now(), kind: 'trail-checkpoint', text }),
  };
}
