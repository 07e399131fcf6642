import { readFile } from 'node:fs/promises';
import { AegisError, type Clock } from '@aegis/model';
import type { Notifier } from '@aegis/ports';
import { isUrlFor } from '../config/notification-conflict.ts';
import type { ChannelSettings } from '../config/sections/notifications-section.ts';
import { VERSION } from '../node/version.ts';

/** URLs and secrets are short; longer text is a mistake. */
const LONGEST = 8_192;

/**
 * A channel as the config has it, with what its files hold now. Throws AegisError `notifier_unavailable` where they
 * cannot be used.
 */
export async function openNotifier(channel: ChannelSettings, node: string, clock: Clock): Promise<Notifier> {
  const { kind, caFile, username, from, to } = channel;
  const url = channel.urlFile === '' ? channel.url : await lineOf(channel.urlFile, 'url_file');
  if (!isUrlFor(kind, url))
    throw new AegisError('notifier_unavailable', `${channel.urlFile} holds no URL for ${kind}`);
  const secret = channel.secretFile === '' ? undefined : await lineOf(channel.secretFile, 'secret_file');
  if (kind === 'email') {
    const { openSmtpNotifier } = await import('@aegis/notifier-smtp');
    const login = username === '' || secret === undefined ? {} : { username, password: secret };
    return openSmtpNotifier({ url, from, to, caFile, ...login });
  }
  if (kind === 'syslog') {
    const { openSyslogNotifier } = await import('@aegis/notifier-syslog');
    return openSyslogNotifier({ url, caFile, node, version: VERSION });
  }
  const http = await import('@aegis/notifier-http');
  const open = {
    webhook: http.openWebhook,
    slack: http.openSlack,
    dingtalk: http.openDingTalk,
    feishu: http.openFeishu,
    wecom: http.openWeCom,
  }[kind];
  return open({ url, clock, ...(secret === undefined ? {} : { secret }) });
}

async function lineOf(file: string, setting: string): Promise<string> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (text === '' || text.length > LONGEST || /[\p{Cc}]/u.test(text))
      throw new Error(`it must hold one line of at most ${LONGEST} characters`);
    return text;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('notifier_unavailable', `${setting} ${file} cannot be used: ${why}`, { cause });
  }
}
