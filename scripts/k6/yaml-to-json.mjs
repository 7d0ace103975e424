/** A profile of one's own for k6, which reads no YAML: `node scripts/k6/yaml-to-json.mjs tracker.yaml > tracker.json`. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) {
  process.stderr.write('usage: node scripts/k6/yaml-to-json.mjs FILE.yaml > FILE.json\n');
  process.exit(2);
}
try {
  process.stdout.write(`${JSON.stringify(parse(readFileSync(file, 'utf8')), undefined, 2)}\n`);
} catch (error) {
  process.stderr.write(`${file}: ${error.message}\n`);
  process.exit(1);
}
