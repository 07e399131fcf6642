import { Result } from '@aegis/model';
import { z } from 'zod';
import { ChannelDocument, ChannelTestDocument, channelDocument } from '../documents/notification-document.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { writeAudit } from '../write-audit.ts';

const ChannelParams = z.strictObject({ channel: z.string().min(1).max(64) });

export const notificationRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/notifications',
    id: 'listChannels',
    tag: 'notifications',
    summary: 'The channels over which people are told, and how they stand.',
    permission: 'notifications:read',
    answers: {
      200: {
        description: 'In the order of the config.',
        schema: z.strictObject({ channels: z.array(ChannelDocument) }),
      },
    },
    async handler({ services: { notifications } }) {
      const channels = await notifications.list();
      return Result.ok<Reply>({ status: 200, body: { channels: channels.map(channelDocument) } });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/notifications/{channel}/test',
    id: 'testChannel',
    tag: 'notifications',
    summary: 'Sends a message that says it is a test, now.',
    description:
      'A channel that cannot be reached is no fault of this node: the answer says so, with status 200.',
    permission: 'notifications:use',
    params: ChannelParams,
    answers: { 200: { description: 'What came of it.', schema: ChannelTestDocument } },
    async handler(scene, { params: { channel }, actor }) {
      const outcome = await scene.services.notifications.test(channel);
      if (outcome === undefined)
        return Result.err(
          notFound(`There is no channel ${channel}; those of the config are in /v1/notifications.`),
        );
      const result = outcome.ok ? 'ok' : 'failed';
      await writeAudit(scene, actor, { action: 'notification.test', target: channel, result, detail: {} });
      const body = outcome.ok ? { channel, sent: true } : { channel, sent: false, message: outcome.error };
      return Result.ok<Reply>({ status: 200, body });
    },
  }),
];
