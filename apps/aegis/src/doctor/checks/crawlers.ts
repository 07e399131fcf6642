import { resolve } from 'node:path';
import { silentLogger } from '@aegis/model';
import { openCrawlers } from '../../crawlers/open-crawlers.ts';
import { secureRandom } from '../../node/secure-random.ts';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

export const crawlers: Check<NodeContext> = {
  name: 'crawlers',
  async run({ config, cwd, clock }) {
    const { ranges, reverseDns } = config.crawlers;
    const names = ranges.map(({ name }) => name);
    if (names.length === 0 && !reverseDns)
      return ok('no lists and no look-ups: clients that call themselves crawlers are not believed');
    const opened = await openCrawlers({
      settings: {
        ...config.crawlers,
        reverseDns: false,
        ranges: ranges.map(({ name, files }) => ({ name, files: files.map((file) => resolve(cwd, file)) })),
      },
      clock,
      random: secureRandom,
      logger: silentLogger,
    });
    try {
      const mend = 'put a good file there, or take it out of the crawlers section';
      if (opened.troubles.length > 0) return opened.troubles.flatMap((trouble) => fail(trouble, mend));
      const believed = [
        ...(names.length > 0 ? [`lists of ${names.join(', ')}`] : []),
        ...(reverseDns ? ['the DNS'] : []),
      ];
      return ok(`proved by ${believed.join(' and ')}`);
    } finally {
      await opened.close();
    }
  },
};
