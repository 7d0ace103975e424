/** `--devices-file CSV`: identities and HTTP Basic credentials of real accounts. */
import { excerpt } from '../protocol/fault.ts';
import { readTextFile } from './config-file.ts';
import { UsageError } from './exit-code.ts';

export interface DeviceRecord {
  readonly devId: string;
  readonly user?: string;
  readonly secret?: string;
}

/**
 * Reads `devId[,user,secret]`, a device a line; a first line with these column names is a header, RFC 4180 quotes are
 * understood, empty lines and lines starting with `#` are skipped.
 * @throws UsageError naming file and line; never shows a secret.
 */
export function readDevicesFile(file: string): readonly DeviceRecord[] {
  const records: DeviceRecord[] = [];
  const lineOf = new Map<string, number>();
  const lines = readTextFile(file, '--devices-file')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const place = `${file}:${index + 1}`;
    const cells = splitCells(line);
    if (cells === undefined)
      throw new UsageError(`${place}: a quote is not closed, expected devId[,user,secret]`);
    const [devId = '', user = '', secret = ''] = cells.map((cell) => cell.trim());
    if (records.length === 0 && isHeader(cells, place)) continue;
    if (cells.length === 1 && line.includes(';'))
      throw new UsageError(`${place}: found a semicolon, expected columns separated by commas`);
    if (cells.length !== 1 && cells.length !== 3)
      throw new UsageError(`${place}: found ${cells.length} columns, expected devId or devId,user,secret`);
    if (!/^[\x21-\x7e]{1,200}$/.test(devId))
      throw new UsageError(
        `${place}: devId: found ${excerpt(devId)}, expected 1 to 200 visible ASCII characters`,
      );
    if (user.includes(':'))
      throw new UsageError(`${place}: user: found a colon, which HTTP Basic does not allow`);
    const earlier = lineOf.get(devId);
    if (earlier !== undefined)
      throw new UsageError(`${place}: devId ${devId} stands in line ${earlier} already`);
    lineOf.set(devId, index + 1);
    records.push(user === '' ? { devId } : { devId, user, secret });
  }
  if (records.length === 0)
    throw new UsageError(`${file}: found no device, expected lines of devId[,user,secret]`);
  return records;
}

const COLUMNS = ['devid', 'user', 'secret'];

/** @throws UsageError for a header with other columns: a secret must not be taken for a user. */
function isHeader(cells: readonly string[], place: string): boolean {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  if (!COLUMNS.includes(names[0] ?? '')) return false;
  if (names.join() === 'devid' || names.join() === COLUMNS.join()) return true;
  throw new UsageError(`${place}: found a header with other columns, expected devId or devId,user,secret`);
}

/** The cells of one line; `undefined` when a quote stays open. */
function splitCells(line: string): readonly string[] | undefined {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (line[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return quoted ? undefined : [...cells, cell];
}
