import { resolve } from 'node:path';
import { configErrorText } from '../../config/config-error.ts';
import { readGuardFile } from '../../guard/guard-file.ts';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

export const guard: Check<NodeContext> = {
  name: 'guard',
  run({ config, cwd, readFile }) {
    const { file, preset } = config.guard;
    if (file === '') return ok(`the limits of the preset ${preset}`);
    const read = readGuardFile(resolve(cwd, file), readFile);
    if (read.ok) return ok(`${file}: mode ${read.value.mode}, shadow bans ${read.value.shadowBan}`);
    return read.error.flatMap((error) =>
      fail(configErrorText(error), `mend it, then: aegis guard check-config ${file}`),
    );
  },
};
