import type {
  ChannelKind,
  ChannelSettings,
  NotificationsSettings,
} from './sections/notifications-section.ts';

const SCHEMES: Readonly<Record<ChannelKind, RegExp>> = {
  webhook: /^https?:/,
  slack: /^https?:/,
  dingtalk: /^https?:/,
  feishu: /^https?:/,
  wecom: /^https?:/,
  email: /^smtp(?:s|\+plain)?:/,
  syslog: /^(?:udp|tcp|tls):/,
};
const UNSIGNED: readonly ChannelKind[] = ['slack', 'wecom', 'syslog'];

/** What is wrong with channels and rules together, in words; undefined where nothing is. */
export function notificationConflict({ channels, rules }: NotificationsSettings): string | undefined {
  for (const channel of channels) {
    const wrong = channelConflict(channel);
    if (wrong !== undefined) return `channel ${JSON.stringify(channel.name)}: ${wrong}`;
  }
  const names = new Set(channels.map(({ name }) => name));
  for (const { name, channels: told } of rules) {
    if (told.length === 0) return `rule ${JSON.stringify(name)} names no channel, so it would do nothing`;
    const unknown = told.find((each) => !names.has(each));
    if (unknown !== undefined)
      return `rule ${JSON.stringify(name)} names the channel ${JSON.stringify(unknown)}, which is not there; there are: ${[...names].join(', ') || 'none'}`;
  }
  return undefined;
}

function channelConflict(channel: ChannelSettings): string | undefined {
  const { kind, url, urlFile, secretFile, username, from, to } = channel;
  if ((url === '') === (urlFile === '')) return 'give either url or url_file';
  if (url !== '' && !isUrlFor(kind, url)) return `its url does not fit the kind ${kind}`;
  if (kind === 'email' && (from === '' || to.length === 0)) return 'e-mail needs from and to';
  if (kind === 'email' && (username === '') !== (secretFile === ''))
    return 'username and secret_file belong together';
  if (UNSIGNED.includes(kind) && secretFile !== '') return `${kind} knows no secret; take secret_file out`;
  return undefined;
}

/** Whether a channel of this kind can be there. */
export function isUrlFor(kind: ChannelKind, url: string): boolean {
  if (!SCHEMES[kind].test(url) || !URL.canParse(url)) return false;
  const { port, username, password } = new URL(url);
  // Of these Node knows no port by itself; and a password in a URL would be shown with it.
  const needsPort = kind === 'email' || kind === 'syslog';
  return (!needsPort || port !== '') && username === '' && password === '';
}
