export { openSmtpNotifier, type SmtpNotifierOptions } from './smtp-notifier.ts';
