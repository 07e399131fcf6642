import { z } from 'zod';
import { withoutUndefined } from './without-undefined.ts';

/** Where an address is and who announces it; without members where nothing is known. */
export interface PlaceDocument {
  readonly country?: string | undefined;
  readonly continent?: string | undefined;
  readonly as?: string | undefined;
  readonly as_name?: string | undefined;
  readonly stale?: true | undefined;
}

export const PlaceDocument: z.ZodType<PlaceDocument> = z
  .strictObject({
    country: z.string().optional().meta({ description: 'ISO 3166-1 alpha-2.' }),
    continent: z.string().optional().meta({ description: 'Two letters, such as `EU`.' }),
    as: z.string().optional().meta({ description: 'The number of the autonomous system.' }),
    as_name: z.string().optional(),
    stale: z
      .literal(true)
      .optional()
      .meta({ description: 'The AS is from live routes that were not renewed for too long.' }),
  })
  .meta({ id: 'Place', description: 'Where an address is and who announces it.' });

interface Place {
  readonly country?: string;
  readonly continent?: string;
  readonly as?: string;
  readonly asName?: string;
  readonly stale?: true;
}

/** Of what is known of an address, or said in a check. */
export function placeDocument({ country, continent, as, asName, stale }: Place): PlaceDocument {
  return withoutUndefined({ country, continent, as, as_name: asName, stale });
}
