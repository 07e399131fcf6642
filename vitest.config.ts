import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,adapters,apps,integrations,examples}/*/{src,demo}/**/*.test.ts',
            'testing/src/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'architecture', include: ['e2e/architecture/*.test.ts'] } },
      {
        test: {
          name: 'console',
          include: ['e2e/console/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [
            'e2e/{node,reliability,clients,enforcement,gateways,crowdsec,docs,observability}/**/*.test.ts',
          ],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
