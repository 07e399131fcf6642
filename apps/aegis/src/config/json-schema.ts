import { z } from 'zod';
import { CONFIG } from './config.ts';
import { schemaOf } from './setting-tree.ts';

type JsonValue = string | number | boolean | string[];

/** The JSON Schema (draft 2020-12) of the config file, for editors and pipelines. Every key is optional. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(schemaOf(CONFIG), {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // The loader fills in defaults before it checks, so the file itself may leave out anything.
      delete jsonSchema.required;
      // zod drops the default of what it transforms; ours is in the written form already.
      const initial = z.globalRegistry.get(zodSchema as unknown as z.ZodType)?.default;
      if (initial !== undefined) jsonSchema.default = initial as JsonValue;
    },
  });
  return { title: 'Aegis config', ...schema };
}
