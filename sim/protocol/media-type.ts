/** Media types of the HTTP binding and the little content negotiation it needs (protocol.md section 2). */

export const MEDIA_TYPE = {
  package1: 'application/vnd.oma.dm.initiation+json',
  package2: 'application/vnd.oma.dm.request+json',
  package3: 'application/vnd.oma.dm.response+json',
  /** Ours: neither source names the type of an MO serialization. */
  mo: 'application/vnd.oma.dm.mo+json',
  json: 'application/json',
} as const;

export const HEADER = { devId: 'OMADM-DevID', accept: 'OMADM-Accept' } as const;

/** `Application/JSON; charset=utf-8` → `application/json`. */
export function essenceOf(headerValue: string): string {
  const semicolon = headerValue.indexOf(';');
  return (semicolon < 0 ? headerValue : headerValue.slice(0, semicolon)).trim().toLowerCase();
}

/** `application/json` or any `+json` type; parameters do not matter. */
export function isJsonMediaType(type: string): boolean {
  const essence = essenceOf(type);
  return essence === MEDIA_TYPE.json || (essence.endsWith('+json') && essence.indexOf('/') > 0);
}

/**
 * Whether an `Accept` (or `OMADM-Accept`) takes a type: the most specific range that fits decides, and `q=0` is a no
 * (RFC 9110, 12.5.1). Parameters besides `q` are not compared. An empty header says nothing and takes all.
 */
export function acceptsMediaType(accept: string, type: string): boolean {
  const essence = essenceOf(type);
  const family = `${essence.slice(0, essence.indexOf('/'))}/*`;
  let ranges = 0;
  let best = 0;
  let taken = false;
  // Quoted parameters may hold the separators; their content is not looked at.
  for (const element of accept.replace(/"(?:[^"\\]|\\.)*"/g, '""').split(',')) {
    const range = essenceOf(element);
    if (range === '') continue;
    ranges++;
    const precision = range === essence ? 3 : range === family ? 2 : range === '*/*' || range === '*' ? 1 : 0;
    if (precision === 0 || precision < best) continue;
    const refused = /;\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$)/i.test(element);
    taken = precision > best ? !refused : taken || !refused;
    best = precision;
  }
  return ranges === 0 || taken;
}
