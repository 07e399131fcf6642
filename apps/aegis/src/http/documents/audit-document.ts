import type { AuditEntry } from '@aegis/ports';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

/** An audit entry as the API shows it. */
export const AuditDocument: z.ZodType = z
  .strictObject({
    id: z.string(),
    at: IsoTime,
    actor: z.string(),
    action: z.string(),
    target: z.string(),
    from: z.string(),
    result: z.enum(['ok', 'refused', 'failed']),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

export function auditDocument(entry: AuditEntry): Record<string, unknown> {
  return { ...entry, at: isoTime(entry.at) };
}
