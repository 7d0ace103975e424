import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['sim/**/*.test.ts', 'scripts/**/*.test.ts', 'dashboards/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'sim/**/*.integration.test.ts',
            'scripts/**/*.integration.test.ts',
            'dashboards/**/*.integration.test.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Whole swarms run here: one at a time, or they would disturb each other's clocks.
          fileParallelism: false,
        },
      },
    ],
  },
});
