export { openSyslogNotifier, type SyslogNotifierOptions } from './syslog-notifier.ts';
