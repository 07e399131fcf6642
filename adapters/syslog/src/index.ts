export { openSyslog, type Syslog, type SyslogMessage, type SyslogOptions } from './syslog.ts';
