import { readSecrets } from '../../config/env-secrets.ts';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

export const memoryServer: Check<NodeContext> = {
  name: 'memory',
  async run({ config, env, readFile }) {
    const { url, database } = config.memory;
    if (url === '') return ok('in the data directory');
    const secrets = readSecrets(env, readFile);
    const password = secrets.ok ? secrets.value.memoryPassword?.reveal() : undefined;
    const { describeMongodb } = await import('@aegis/memory-mongodb');
    try {
      const { version, kind } = await describeMongodb({
        url,
        ...(password === undefined ? {} : { password }),
      });
      return ok(`MongoDB ${version}, a ${kind}, database ${database}`);
    } catch (error) {
      return fail(
        (error as Error).message,
        'see that it runs, and that memory.url and AEGIS_MEMORY_PASSWORD are right',
      );
    }
  },
};
