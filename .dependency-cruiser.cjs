/**
 * Import directions of the rooms (see the room map in README.md):
 * cli → report, web, capacity → fleet → transport → device → browser → random → protocol; server → random, protocol, metrics.
 */
const mayImport = {
  protocol: [],
  random: ['protocol'],
  browser: ['protocol'],
  device: ['browser', 'random', 'protocol'],
  metrics: ['protocol'],
  transport: ['device', 'browser', 'random', 'protocol', 'metrics'],
  fleet: ['transport', 'device', 'browser', 'random', 'protocol', 'metrics'],
  server: ['random', 'protocol', 'metrics'],
  capacity: ['fleet', 'report', 'metrics', 'device', 'random', 'protocol'],
  report: ['fleet', 'device', 'random', 'metrics', 'protocol'],
  web: ['report', 'fleet', 'transport', 'device', 'random', 'metrics', 'protocol'],
};
const tests = '(\\.test\\.ts$|/testing/)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([room, others]) => ({
      name: `directions-of-${room}`,
      severity: 'error',
      from: { path: `^sim/${room}/`, pathNot: tests },
      to: { path: '^sim/', pathNot: `^sim/(${[room, ...others].join('|')})/` },
    })),
    {
      name: 'neutral-rooms-import-nothing-from-outside',
      severity: 'error',
      from: { path: '^sim/(protocol|random|device|browser)/', pathNot: tests },
      to: { pathNot: '^sim/' },
    },
    {
      // k6 has no Node and no npm: its scripts know the neutral rooms, themselves, and k6's own modules (by their types).
      name: 'k6-imports-neutral-rooms-alone',
      severity: 'error',
      from: { path: '^scripts/k6/.*\\.ts$', pathNot: tests },
      to: { pathNot: '^(sim/(protocol|random|device|browser)/|scripts/k6/|k6|node_modules/@types/k6/)' },
    },
    {
      name: 'k6-core-needs-no-k6',
      severity: 'error',
      from: { path: '^scripts/k6/core/', pathNot: tests },
      to: { pathNot: '^(sim/|scripts/k6/core/)' },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: '^sim/', pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
