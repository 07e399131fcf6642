import type { NotificationQueue } from '@aegis/ports';
import type { ChannelSettings } from '../config/sections/notifications-section.ts';
import type { Part } from '../node/lifecycle.ts';
import type { ChannelStatus, Notifications } from '../node/services.ts';
import type { ChannelSender } from './channel-sender.ts';
import type { HappeningWatch } from './happening-watch.ts';

export interface NotificationServiceOptions {
  readonly channels: readonly ChannelSettings[];
  readonly senders: readonly ChannelSender[];
  readonly watch: HappeningWatch;
  readonly queue: NotificationQueue;
}

/** What happens is noted, and sent over the channels of the config. */
export class NotificationService implements Notifications, Part {
  readonly name: string = 'notifications';
  readonly #options: NotificationServiceOptions;

  constructor(options: NotificationServiceOptions) {
    this.#options = options;
  }

  get trouble(): string {
    const { senders, watch } = this.#options;
    return [watch, ...senders]
      .filter(({ trouble }) => trouble !== '')
      .map(({ name, trouble }) => `${name}: ${trouble}`)
      .join('; ');
  }

  start(): void {
    this.#options.watch.start();
    for (const sender of this.#options.senders) sender.start();
  }

  async stop(): Promise<void> {
    const { senders, watch, queue } = this.#options;
    await watch.stop();
    await Promise.all(senders.map((sender) => sender.stop()));
    await queue.close();
  }

  async list(): Promise<readonly ChannelStatus[]> {
    const { channels, senders, queue } = this.#options;
    const waiting = await queue.waiting();
    return channels.map((channel, i) => {
      const { name, kind } = channel;
      const { sent = 0, dropped = 0, lastSent } = senders[i]?.counts ?? {};
      return {
        ...{ name, kind, place: placeOf(channel), waiting: waiting[name] ?? 0, sent, dropped },
        trouble: senders[i]?.trouble ?? '',
        ...(lastSent === undefined ? {} : { lastSent }),
      };
    });
  }

  async test(name: string): ReturnType<Notifications['test']> {
    const at = this.#options.channels.findIndex((channel) => channel.name === name);
    return this.#options.senders[at]?.test();
  }
}

/** Without path and query: with chats they are the secret. */
function placeOf({ url, urlFile, kind, to }: ChannelSettings): string {
  if (url === '') return urlFile;
  const { protocol, host } = new URL(url);
  return kind === 'email' ? `${to.join(', ')} by ${protocol}//${host}` : `${protocol}//${host}`;
}
