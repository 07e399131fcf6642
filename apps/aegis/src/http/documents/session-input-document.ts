import { Address } from '@aegis/model';
import { z } from 'zod';

const MAX_TEXT = 65_536;
const Time = z.union([z.number(), z.string().max(64)]);
const Text = z.string().max(MAX_TEXT);

const PeerIp = z
  .string()
  .max(256)
  .refine((text) => Address.parseLenient(text).ok, { error: 'is not an IP address' });

/**
 * What a sensor must send for a session to be worth keeping; the analyzer cleans and bounds the rest. Checked
 * here too, so that a sensor is told at once what it would otherwise only find among the dead letters.
 */
export const SessionInputDocument: z.ZodType = z
  .looseObject({
    sess_uuid: z.string().min(1).max(256),
    peer_ip: PeerIp,
    peer_port: z.union([z.number(), Text]).optional(),
    user_agent: Text.nullish(),
    start_time: Time.nullish().meta({ description: 'Epoch seconds or milliseconds, or ISO 8601.' }),
    end_time: Time.nullish(),
    requests: z.array(z.unknown()).nullish(),
    paths: z.array(z.unknown()).nullish(),
    logins: z.array(z.unknown()).nullish(),
    commands: z.array(z.unknown()).nullish(),
    downloads: z.array(z.unknown()).nullish(),
  })
  .refine(hasTime, { error: 'is needed, or the time of a request', path: ['start_time'] })
  .meta({
    id: 'SessionInput',
    description: "TANNER's analysed-session JSON, in both spellings; further members are taken as they are.",
  });

interface Timed {
  readonly start_time?: unknown;
  readonly requests?: readonly unknown[] | null | undefined;
  readonly paths?: readonly unknown[] | null | undefined;
  readonly logins?: readonly unknown[] | null | undefined;
  readonly commands?: readonly unknown[] | null | undefined;
  readonly downloads?: readonly unknown[] | null | undefined;
}

function hasTime({ start_time, requests, paths, logins, commands, downloads }: Timed): boolean {
  if (start_time !== undefined && start_time !== null) return true;
  return [requests, paths, logins, commands, downloads].some((list) => list?.some(isTimed) === true);
}

function isTimed(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return ('timestamp' in item && item.timestamp != null) || ('time' in item && item.time != null);
}
