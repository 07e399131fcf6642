import { z } from 'zod';
import type { ApiKeyInfo } from '../../auth/api-keys.ts';
import { Role } from '../../auth/roles.ts';
import { IsoTime, isoTime } from './values.ts';

/** An API key as it is listed: never the key itself. */
export interface KeyDocument {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created: string;
}

const fields = { id: z.string(), name: z.string(), role: Role, created: IsoTime };

export const KeyDocument: z.ZodType<KeyDocument> = z.strictObject(fields).meta({ id: 'Key' });

export function keyDocument({ id, name, role, created }: ApiKeyInfo): KeyDocument {
  return { id, name, role, created: isoTime(created) };
}

export interface CreatedKeyDocument extends KeyDocument {
  readonly key: string;
}

export const CreatedKeyDocument: z.ZodType<CreatedKeyDocument> = z
  .strictObject({
    ...fields,
    key: z.string().meta({ description: 'Shown this once; only a hash is kept.' }),
  })
  .meta({ id: 'CreatedKey' });
