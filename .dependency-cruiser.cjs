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
