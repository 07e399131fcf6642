/** `<190>Jul  8 11:07:07 host nginx[2869]: ` (RFC 3164), or with an ISO time as rsyslog writes it. */
const HEADER =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.+-]{8,24}Z?) [!-~]{1,255} [!-~]{1,64}: /;

/** Length of the header that syslog put before a line; 0 where there is none. */
export function syslogHeaderLength(line: string): number {
  return HEADER.exec(line)?.[0].length ?? 0;
}
