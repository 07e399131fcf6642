import { AegisError, type ThreatLevel } from '@aegis/model';
import type { Notifier } from '@aegis/ports';
import { openSyslog } from '@aegis/syslog';
import { cef } from './cef.ts';

export interface SyslogNotifierOptions {
  /** `udp://host:port`, `tcp://host:port`, `tls://host:port` */
  readonly url: string;
  readonly caFile: string;
  /** Who speaks. */
  readonly node: string;
  /** Of this program. */
  readonly version: string;
}

/** `security/authorization messages`, RFC 5424, section 6.2.1. */
const FACILITY = 4;
/** `alert`, `critical`, `warning`, `notice`, `informational`. */
const SEVERITIES: Readonly<Record<ThreatLevel, number>> = {
  CRITICAL: 1,
  HIGH: 2,
  MEDIUM: 4,
  LOW: 5,
  INFO: 6,
};

/** As CEF to a syslog server. Over UDP a message that is lost is not missed. */
export function openSyslogNotifier({ url, caFile, node, version }: SyslogNotifierOptions): Notifier {
  const syslog = openSyslog({ server: url, caFile, host: node });
  let isClosed = false;
  return {
    async send(message) {
      if (isClosed) throw new AegisError('notifier_unavailable', 'syslog: closed');
      const { event: kind, level, at } = message;
      const text = cef(message, version);
      try {
        await syslog.send({ facility: FACILITY, severity: SEVERITIES[level], at, kind, text });
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new AegisError('notifier_unavailable', `syslog at ${url}: ${why}`, { cause });
      }
    },
    async close() {
      isClosed = true;
    },
  };
}
