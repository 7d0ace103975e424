/**
 * Import directions of the rooms (see the room map in README.md):
 * cli → report, web, capacity → fleet → transport → device → browser → protocol; server → protocol, metrics.
 */
const mayImport = {
  protocol: [],
  browser: ['protocol'],
  device: ['browser', 'protocol'],
  metrics: ['protocol'],
  transport: ['device', 'browser', 'protocol', 'metrics'],
  fleet: ['transport', 'device', 'browser', 'protocol', 'metrics'],
  server: ['protocol', 'metrics'],
  capacity: ['fleet', 'report', 'metrics', 'device', 'protocol'],
  report: ['fleet', 'device', 'metrics', 'protocol'],
  web: ['fleet', 'device', 'metrics', 'protocol'],
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
      from: { path: '^sim/(protocol|device|browser)/', pathNot: tests },
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
