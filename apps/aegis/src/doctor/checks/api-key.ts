import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { configErrorText } from '../../config/config-error.ts';
import { readSecrets } from '../../config/env-secrets.ts';
import { variable } from '../../config/environment.ts';
import { type Check, fail, type MachineContext, ok, warn } from '../check.ts';

export const apiKey: Check<MachineContext> = {
  name: 'api-key',
  run({ env, cwd, readFile }) {
    const secrets = readSecrets(env, readFile);
    if (!secrets.ok) {
      return secrets.error.flatMap((error) =>
        fail(configErrorText(error), 'put one API key there, or unset the variable'),
      );
    }
    if (secrets.value.apiKey === undefined) return ok('none in the environment');
    const file = variable(env, 'AEGIS_API_KEY_FILE');
    if (file === undefined) return ok('in AEGIS_API_KEY');
    const path = resolve(cwd, file);
    if ((statSync(path).mode & 0o077) === 0) return ok(`in ${path}, readable by its owner alone`);
    return warn(`others can read the API key in ${path}`, `chmod 600 ${path}`);
  },
};
