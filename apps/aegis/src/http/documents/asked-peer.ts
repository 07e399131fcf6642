import { Address, Prefix } from '@aegis/model';
import { z } from 'zod';

/** An address or a prefix, canonical. */
export const AskedPeer: z.ZodType<string> = z
  .string()
  .max(64)
  .meta({ examples: ['192.0.2.1', '192.0.2.0/24'] })
  .transform((text, context) => {
    const parsed = text.includes('/') ? Prefix.parse(text) : Address.parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.error.message);
    return z.NEVER;
  });
